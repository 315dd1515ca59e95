// A person binds their own WeChat by the simulator's phone, and a test message comes to it.
import { axe, expect, fits, house, test, visit } from "../house";
import { template } from "../pages";

test("a code is scanned, one agrees at the desk, and the test comes to one's own phone", async ({ page, browser, request }) => {
  const { base, sandbox } = house();
  const people = await (await request.get(`${sandbox}/sandbox/followers`)).json();
  const me = people.filter((one: { subscribed: boolean; receipt: string }) => one.subscribed && one.receipt === "success")[5];

  await visit(page, "/profile");
  await page.getByRole("link", { name: "绑定微信" }).click();
  await page.getByRole("button", { name: "生成二维码" }).click();
  await expect(page.getByRole("img", { name: "绑定用的二维码" })).toBeVisible();
  await axe(page);
  await fits(page);
  const link = await page.getByLabel("链接").inputValue();

  const pocket = await browser.newContext({ storageState: { cookies: [], origins: [] }, viewport: { width: 390, height: 844 } });
  const phone = await pocket.newPage();
  await phone.goto(`${base}/sandbox/phone?openid=${me.openid}`);
  await phone.goto(link);
  await phone.getByRole("button", { name: "同意" }).click();
  await expect(phone.getByRole("heading", { name: "收到了" })).toBeVisible();
  await axe(phone);

  // The desk looks again by itself.
  await expect(page.getByRole("heading", { name: "扫码的是这个微信，是你吗" })).toBeVisible({ timeout: 15_000 });
  await expect(page.getByText(me.openid)).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "是我，绑定" }).click();
  await expect(page.getByText("已绑定，测试消息会发到这个微信。")).toBeVisible();

  await visit(page, "/send");
  await template(page);
  await expect(page.getByLabel(/缴费项目/)).toBeVisible();
  await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
  await page.getByLabel(/缴费项目/).fill("先发给我看看");
  await page.getByLabel(/缴费金额/).fill("1280.00元");
  await page.getByLabel(/截止日期/).fill("2026年12月05日");
  await page.getByRole("button", { name: "发给我试试" }).click();
  await phone.goto(`${base}/sandbox/phone?openid=${me.openid}`);
  await expect(async () => {
    await phone.reload();
    await expect(phone.getByText("先发给我看看").first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await pocket.close();

  await visit(page, "/profile/wechat");
  await page.getByRole("button", { name: "解除绑定" }).click();
  await expect(page.getByRole("button", { name: "生成二维码" })).toBeVisible();
});
