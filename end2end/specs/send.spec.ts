// The whole road of a message: composed in the page, shown on the simulator's phone, delivered in the history.
import { axe, expect, house, test, visit } from "../house";
import { everybody } from "../pages";

const WORDS = {
  zh: { check: "检查并发送", change: "更换", preview: "消息预览", send: "发送给 1 人", delivered: "已送达", project: "冬季观鸟营" },
  en: { check: "Check and send", change: "Change", preview: "Message preview", send: "Send to 1 recipient", delivered: "Delivered", project: "冬季自然营" },
};

for (const lang of ["zh", "en"] as const) {
  test(`a message goes out, arrives on the phone, and is delivered in the history, ${lang}`, async ({ page, request, context, expected }) => {
    const { base, sandbox } = house();
    const w = WORDS[lang];
    await context.addCookies([{ name: "lang", value: lang, url: base }]);
    const people = await (await request.get(`${sandbox}/sandbox/followers`)).json();
    const ready = people.filter((one: { subscribed: boolean; receipt: string }) => one.subscribed && one.receipt === "success");
    const person = ready[lang === "zh" ? 0 : 1];

    await visit(page, "/send");
    await axe(page);
    await page.locator("select#template").selectOption({ label: "缴费通知" });
    await page.getByRole("button", { name: w.change, exact: true }).click();
    // The form comes anew; the preview follows what is typed once its islands are awake.
    await expect(page.getByLabel(/缴费项目/)).toBeVisible();
    await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
    await page.getByLabel(/缴费项目/).fill(w.project);
    await page.getByLabel(/缴费金额/).fill("1280.00元");
    await page.getByLabel(/截止日期/).fill("2026年12月05日");
    await page.getByLabel(/OpenID/i).fill(person.openid);
    await expect(page.getByRole("complementary", { name: w.preview })).toContainText(w.project);
    await page.getByRole("button", { name: w.check }).click();
    await expect(page).toHaveURL(/\/send\/[0-9a-f]+\/review$/);
    await axe(page);
    await everybody(page);
    await page.getByRole("button", { name: w.send, exact: true }).click();
    await expect(page).toHaveURL(/\/messages/);

    await expect(async () => {
      await visit(page, `/messages?touser=${person.openid}`);
      await expect(page.locator("table tbody tr").first()).toContainText(w.delivered, { timeout: 500 });
    }).toPass({ timeout: 20_000 });

    await page.goto(`${base}/sandbox/phone?openid=${person.openid}`);
    await expect(page.getByText(w.project).first()).toBeVisible();
  });
}

test("what was typed wrong comes back with the reason, nothing lost", async ({ page, expected }) => {
  expected.allow(422);
  await visit(page, "/send");
  await page.locator("select#template").selectOption({ label: "缴费通知" });
  await page.getByRole("button", { name: "更换" }).click();
  await page.getByLabel(/缴费项目/).fill("一二三四五六七八九十一二三四五六七八九十一");
  await page.getByLabel(/缴费金额/).fill("很多钱");
  await page.getByRole("button", { name: "检查并发送" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel(/缴费项目/)).toHaveValue("一二三四五六七八九十一二三四五六七八九十一");
  await expect(page.getByText("最多 20 字，现在 21 字").first()).toBeVisible();
  await axe(page);
});
