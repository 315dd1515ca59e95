// Lists from a file and from tags, in both languages: each person gets their own value.
import { axe, expect, fits, house, test, visit } from "../house";
import { everybody, template } from "../pages";

type Follower = { openid: string; subscribed: boolean; receipt: string };
const WORDS = {
  zh: {
    project: /缴费项目/, amount: /缴费金额/, date: /截止日期/, file: "上传文件", choose: /CSV 或 XLSX/, upload: "上传", check: "检查并发送",
    send: "发送给 2 人", next: "下一位", tags: "按标签", apply: "更新名单", saved: /草稿已自动保存于 \d\d:\d\d/, preview: "消息预览",
  },
  en: {
    project: /缴费项目/, amount: /缴费金额/, date: /截止日期/, file: "Upload a file", choose: /CSV or XLSX/, upload: "Upload",
    check: "Check and send", send: "Send to 2 recipients", next: "Next", tags: "By tag", apply: "Update the list", saved: /Draft saved at \d\d:\d\d/,
    preview: "Message preview",
  },
};

for (const lang of ["zh", "en"] as const) {
  test(`a file with a variable, from the upload to the phone, ${lang}`, async ({ page, request, context, expected }) => {
    test.setTimeout(90_000);
    const { base, sandbox } = house();
    const w = WORDS[lang];
    await context.addCookies([{ name: "lang", value: lang, url: base }]);
    const people: Follower[] = await (await request.get(`${sandbox}/sandbox/followers`)).json();
    const [one, two] = people.filter((person) => person.subscribed && person.receipt === "success").slice(10, 12);
    const list = `姓名,openid,amount2\r\n甲${lang},${one.openid},11.00元\r\n乙${lang},${two.openid},22.00元\r\n丙,坏的,1元\r\n`;

    await visit(page, "/send");
    await template(page);
    await page.getByLabel(w.project).fill("{{姓名}}的冬季营");
    await page.getByLabel(w.amount).fill("33.00元");
    await page.getByLabel(w.date).fill("2026年12月05日");
    await expect(page.locator("[data-saved]")).toHaveText(w.saved);
    await page.getByRole("button", { name: w.file }).click();
    await expect(page.getByLabel(w.project)).toHaveValue("{{姓名}}的冬季营");
    await page.getByLabel(w.choose).setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(`\ufeff${list}`) });
    await page.getByRole("button", { name: w.upload, exact: true }).click();
    await expect(page.locator("[data-tally=good]").first()).toHaveText("2");
    await axe(page);
    await fits(page);
    const preview = page.getByRole("complementary", { name: w.preview });
    await expect(preview).toContainText(`甲${lang}的冬季营`);
    await page.getByRole("button", { name: w.next, exact: true }).click();
    await expect(preview).toContainText(`乙${lang}的冬季营`);

    await page.getByRole("button", { name: w.check }).click();
    await expect(page).toHaveURL(/\/send\/[0-9a-f]+\/review$/);
    // Two people, a preview each.
    await expect(page.locator(".pv")).toHaveCount(2);
    await axe(page);
    await fits(page);
    await everybody(page);
    await page.getByRole("button", { name: w.send }).click();
    await expect(page).toHaveURL(/\/batches\/[0-9a-f]+$/);
    const got = async (openid: string) => JSON.stringify(await (await request.get(`${sandbox}/sandbox/messages?openid=${openid}`)).json());
    await expect(async () => expect(await got(two.openid)).toContain(`乙${lang}的冬季营`)).toPass({ timeout: 40_000 });
    expect(await got(two.openid)).not.toContain(`甲${lang}的冬季营`);
  });

  test(`tags lead to the check, ${lang}`, async ({ page, context, expected }) => {
    const { base } = house();
    const w = WORDS[lang];
    await context.addCookies([{ name: "lang", value: lang, url: base }]);
    await visit(page, "/send");
    await template(page);
    await page.getByLabel(w.project).fill("按标签");
    await page.getByLabel(w.amount).fill("1.00元");
    await page.getByLabel(w.date).fill("2026年12月05日");
    await page.getByRole("button", { name: w.tags }).click();
    await page.locator("input[name=tag]").first().check();
    await page.getByRole("button", { name: w.apply }).click();
    await expect(page.locator("[data-tally=good]").first()).not.toHaveText("0");
    await axe(page);
    await fits(page);
    await page.getByRole("button", { name: w.check }).click();
    await expect(page).toHaveURL(/\/send\/[0-9a-f]+\/review$/);
    await axe(page);
  });
}

test("a list of thousands is pasted at once", async ({ page, context, expected }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit(page, "/send");
  const list = Array.from({ length: 6000 }, (_, at) => `oMany${String(at).padStart(20, "0")}`).join("\n");
  await page.evaluate((text) => navigator.clipboard.writeText(text), list);
  const area = page.locator("textarea[name=recipients]");
  await area.focus();
  await page.keyboard.press("Control+V");
  await expect(area).toHaveValue(list);
  await expect(page.locator("[data-tally=good]").first()).toHaveText(/^6,?000$/);
});
