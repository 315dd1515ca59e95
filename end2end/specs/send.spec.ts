// The whole road of a message: composed in the page, shown on the simulator's phone, delivered in the history.
import { axe, expect, fits, house, test, visit } from "../house";
import { everybody, template } from "../pages";

const WORDS = {
  zh: { check: "检查并发送", preview: "消息预览", send: "发送给 1 人", delivered: "已送达", project: "冬季观鸟营" },
  en: { check: "Check and send", preview: "Message preview", send: "Send to 1 recipient", delivered: "Delivered", project: "冬季自然营" },
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
    await template(page);
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

test("a template is found by its name, by keys alone", async ({ page, context, expected }) => {
  for (const [lang, none] of [["zh", "没有这样的模板"], ["en", "No template like that"]] as const) {
    await context.addCookies([{ name: "lang", value: lang, url: house().base }]);
    await visit(page, "/send");
    await page.locator("[data-pick]").focus();
    await page.keyboard.press("Enter");
    const list = page.locator("dialog#picker");
    await expect(list.getByRole("searchbox")).toBeFocused();
    await axe(page);
    await fits(page);
    await page.keyboard.type("没有的");
    await expect(list.getByText(none)).toBeVisible();
    // Once for what is searched for, once for the list.
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await expect(page.locator("[data-pick]")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(list.locator("li:visible")).not.toHaveCount(1);
    await page.keyboard.type("活动开始");
    await expect(list.locator("li:visible")).toHaveCount(1);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(page.locator(".tpl b")).toHaveText("活动开始提醒");
  }
});

test("what was typed wrong comes back with the reason, nothing lost", async ({ page, expected }) => {
  expected.allow(422);
  await visit(page, "/send");
  await template(page);
  await page.getByLabel(/缴费项目/).fill("一二三四五六七八九十一二三四五六七八九十一");
  await page.getByLabel(/缴费金额/).fill("很多钱");
  await page.getByRole("button", { name: "检查并发送" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel(/缴费项目/)).toHaveValue("一二三四五六七八九十一二三四五六七八九十一");
  await expect(page.getByText("最多 20 字，现在 21 字").first()).toBeVisible();
  await axe(page);
});
