// The page before sending: it sends what it showed, tells foreign openids apart, and its numbers follow the choices.
import { axe, expect, fits, house, test, visit } from "../house";
import { draft, untouched } from "../pages";

type Follower = { openid: string; subscribed: boolean; receipt: string };
const WORDS = {
  zh: {
    changed: "名单或内容已变，请再看一遍", foreign: "1 人不在关注者里", skip: /跳过这 1 人，发给 2 人/, send: /仍然发送，发给 3 人/, until: /\d\d:\d\d 前发完/,
    two: "发送给 2 人", three: "发送给 3 人", download: "下载跳过的 1 行", bind: "先绑定你的微信，才能收测试消息", test: "给自己发测试",
  },
  en: {
    changed: "The list or the content has changed.", foreign: "1 are not among the followers", skip: /Skip these 1, send to 2/, send: /Send to them too, 3 in all/,
    until: /done by \d\d:\d\d/, two: "Send to 2 recipients", three: "Send to 3 recipients", download: "Download the 1 skipped line",
    bind: "Bind your WeChat first to get test messages", test: "Test to yourself",
  },
};
const FOREIGN = "oForeignForeignForeignForeig";

for (const lang of ["zh", "en"] as const) {
  test(`foreign openids are told apart, and the numbers follow the choice, ${lang}`, async ({ page, context, expected }) => {
    const { base } = house();
    const w = WORDS[lang];
    await context.addCookies([{ name: "lang", value: lang, url: base }]);
    // What the other language files has not gone out yet.
    const two = (await untouched(page, 4)).slice(lang === "zh" ? 2 : 0, lang === "zh" ? 4 : 2);
    const path = await draft(page, 1);
    await visit(page, path.replace("/review", "").replace("/send/", "/send?draft="));
    await page.getByLabel(/OpenID/i).fill([...two, FOREIGN].join("\n"));
    // The browser counts three; the server, once it keeps the draft, knows one of them from nowhere.
    await expect(page.locator(".tally [data-tally=good]")).toHaveText("3");
    await expect(page.locator(".tally [data-tally=foreign]")).toHaveText("1");
    await expect(page.locator(".tally [data-tally=good]")).toHaveText("2");
    await axe(page);
    await page.locator("button[value=review]").click();
    await expect(page.getByRole("heading", { name: w.foreign })).toBeVisible();
    await expect(page.locator(".stats")).toContainText(w.until);
    await expect(page.locator("#head-list + a")).toHaveText(w.download);
    await axe(page);
    await fits(page);
    const [skip, send] = [page.getByLabel(w.skip), page.getByLabel(w.send)];
    await expect(skip).toBeChecked();
    await expect(page.getByRole("button", { name: w.two, exact: true })).toBeVisible();
    await send.check();
    await expect(page.getByRole("button", { name: w.three, exact: true })).toBeVisible();
    await expect(page.locator(".kv .sum dd")).toHaveText("3", { useInnerText: true });
    await skip.check();
    await expect(page.getByRole("button", { name: w.two, exact: true })).toBeVisible();
    const file = await page.request.get(page.url().replace(/review$/, "skipped.csv"));
    expect((await file.text()).split("\r\n")[1]).toMatch(new RegExp(`^3,${FOREIGN},,,`));
    await page.getByRole("button", { name: w.two, exact: true }).click();
    await expect(page).toHaveURL(/\/batches\/[0-9a-f]+$/);
  });

  test(`an old page sends nothing of what another tab made of the draft, ${lang}`, async ({ page, context, expected }) => {
    expected.allow(422);
    const { base } = house();
    const w = WORDS[lang];
    await context.addCookies([{ name: "lang", value: lang, url: base }]);
    const path = await draft(page, 2);
    const other = await context.newPage();
    await visit(other, path.replace("/review", "").replace("/send/", "/send?draft="));
    await other.getByLabel(/缴费项目/).fill("别的内容");
    await expect(other.locator("[data-saved]")).toHaveText(/\d\d:\d\d/);
    await other.waitForResponse((response) => response.url().endsWith("/send") && response.request().method() === "POST");
    await other.close();
    await page.locator("button[value=send]").click();
    await expect(page.getByRole("alert").filter({ hasText: w.changed })).toBeVisible();
    await expect(page.getByText("别的内容").first()).toBeVisible();
    await page.setViewportSize({ width: 1440, height: 1800 });
    await axe(page);
    await page.locator("button[value=send]").click();
    await expect(page).toHaveURL(/\/batches\/[0-9a-f]+$/);
  });
}

test("a variable shows in the preview as it becomes, without a button", async ({ page, request, expected }) => {
  const { sandbox } = house();
  const people = await (await request.get(`${sandbox}/sandbox/followers`)).json();
  const named = people.find((one: Follower & { name: string }) => one.subscribed && one.name);
  const path = await draft(page, 1);
  await visit(page, path.replace("/review", "").replace("/send/", "/send?draft="));
  await page.getByLabel(/OpenID/i).fill(named.openid);
  await page.getByLabel(/缴费项目/).fill("给{{昵称}}{{备注}}的营");
  const cell = page.locator(".compose-side [data-preview=thing1]");
  await expect(cell).toHaveText(/^给[^{]+的营$/);
  await expect(page.locator("[data-count=thing1]")).toHaveText(/^\d+\/20$/);
  // What the browser knows by itself it still shows at once.
  await page.getByLabel(/缴费项目/).fill("都一样的营");
  await expect(cell).toHaveText("都一样的营");
});

test("without a bound WeChat the way to bind it stands where the test was", async ({ page, expected }) => {
  await visit(page, "/send");
  await expect(page.getByRole("link", { name: WORDS.zh.bind })).toHaveAttribute("href", "/profile/wechat");
  await visit(page, "/send/test");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(WORDS.zh.test);
  await axe(page);
  await fits(page);
});
