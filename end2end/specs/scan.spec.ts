// Somebody signs in on a computer by the simulator's phone: the admin opens it, they bind their WeChat, scan, and type the number.
import { type Page } from "@playwright/test";
import { axe, expect, fits, house, test, visit } from "../house";

const NAME = "扫码的柳";
const PASSWORD = "correct horse 扫码";

test("a code is scanned, the number typed, and the computer is signed in", async ({ page, browser, request }) => {
  test.setTimeout(90_000);
  const { base, sandbox } = house();
  const people = await (await request.get(`${sandbox}/sandbox/followers`)).json();
  const me = people.filter((one: { subscribed: boolean; receipt: string }) => one.subscribed && one.receipt === "success")[7];
  await visit(page, "/users");
  const form = page.locator("form").filter({ has: page.locator("#password") });
  await form.locator("#name").fill(NAME);
  await form.locator("#password").fill(PASSWORD);
  await form.locator("[name=role][value=sender]").check({ force: true });
  await form.getByRole("button").click();
  await expect(page.getByRole("link", { name: NAME }).first()).toBeVisible();
  await visit(page, "/settings");
  const choice = page.getByLabel("用哪个公众号");
  await choice.selectOption({ index: 1 });
  await choice.locator("xpath=ancestor::form").getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("扫码登录的设置已保存。")).toBeVisible();
  await axe(page);

  const desk = await browser.newContext({ storageState: undefined, locale: "zh-CN", baseURL: base, viewport: { width: 1440, height: 900 } });
  const own = await desk.newPage();
  const said: string[] = [];
  own.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
  const pocket = await browser.newContext({ storageState: undefined, locale: "zh-CN", viewport: { width: 390, height: 844 } });
  const phone = await pocket.newPage();
  await phone.goto(`${base}/sandbox/phone?openid=${me.openid}`);

  await own.goto("/login");
  await axe(own);
  await own.getByLabel("账号").fill(NAME);
  await own.getByLabel("密码", { exact: true }).fill(PASSWORD);
  await own.getByRole("button", { name: "登录", exact: true }).click();
  await own.waitForURL((url) => url.pathname !== "/login");
  await bind(own, phone);
  await desk.clearCookies();

  await own.goto("/login?next=%2Fmessages");
  await own.getByRole("button", { name: "微信扫码登录" }).click();
  await expect(own.getByRole("img", { name: "登录用的二维码" })).toBeVisible();
  await axe(own);
  await fits(own);
  await phone.goto(await own.getByLabel("链接，也可以在微信里打开").inputValue());
  await expect(phone.getByRole("heading", { name: "登录服务台？" })).toBeVisible();
  await expect(phone.getByText(NAME)).toBeVisible();
  await axe(phone);
  await fits(phone);
  // The desk looks again by itself.
  const number = own.locator(".scan-number");
  await expect(number).toBeVisible({ timeout: 15_000 });
  await axe(own);
  await phone.getByLabel("电脑上显示的号码").fill((await number.innerText()).trim());
  await phone.getByRole("button", { name: "确认登录" }).click();
  await expect(phone.getByRole("heading", { name: "已确认" })).toBeVisible();
  await axe(phone);
  await own.waitForURL((url) => url.pathname === "/messages", { timeout: 15_000 });

  // The same with scripts off, on a narrow window: the page loads itself again.
  const plain = await browser.newContext({ storageState: undefined, locale: "zh-CN", baseURL: base, javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  const bare = await plain.newPage();
  await bare.goto("/login");
  await bare.getByRole("button", { name: "微信扫码登录" }).click();
  await phone.goto(await bare.getByLabel("链接，也可以在微信里打开").inputValue());
  const shown = bare.locator(".scan-number");
  await expect(shown).toBeVisible({ timeout: 15_000 });
  await phone.getByLabel("电脑上显示的号码").fill((await shown.innerText()).trim());
  await phone.getByRole("button", { name: "确认登录" }).click();
  await bare.waitForURL((url) => url.pathname === "/", { timeout: 15_000 });
  await plain.close();

  await visit(own, "/profile/wechat");
  await expect(own.getByText("用这个微信扫码，可以登录服务台。")).toBeVisible();
  await axe(own);
  await own.getByRole("button", { name: "关闭扫码登录" }).click();
  await expect(own.getByText("已关闭扫码登录。")).toBeVisible();

  // Now the phone hears that it signs nobody in.
  await desk.clearCookies();
  await own.goto("/login/wechat");
  await own.getByRole("button", { name: "显示二维码" }).click();
  await phone.goto(await own.getByLabel("链接，也可以在微信里打开").inputValue());
  await expect(phone.getByRole("heading", { name: "这个微信不能登录" })).toBeVisible();
  await axe(phone);

  expect(said, "nothing on the console").toEqual([]);
  await desk.close();
  await pocket.close();
  await visit(page, "/settings");
  await choice.selectOption({ index: 0 });
  await choice.locator("xpath=ancestor::form").getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("扫码登录的设置已保存。")).toBeVisible();
});

/** Binds the phone's WeChat, which takes the password where it signs in. */
async function bind(own: Page, phone: Page) {
  await own.goto("/profile/wechat");
  await own.getByRole("button", { name: "生成二维码" }).click();
  await phone.goto(await own.getByLabel("链接").inputValue());
  await phone.getByRole("button", { name: "同意" }).click();
  await expect(phone.getByRole("heading", { name: "收到了" })).toBeVisible();
  await expect(own.getByRole("heading", { name: "扫码的是这个微信，是你吗" })).toBeVisible({ timeout: 15_000 });
  await axe(own);
  await own.getByLabel("密码", { exact: true }).fill(PASSWORD);
  await own.getByRole("button", { name: "是我，绑定" }).click();
  await expect(own.getByText("用这个微信扫码，可以登录服务台。")).toBeVisible();
}
