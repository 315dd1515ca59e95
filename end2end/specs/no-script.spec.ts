// Scripts off: login and sending work as plain documents and forms.
import { ADMIN, expect, house, test } from "../house";

test("login and send without scripts", async ({ page, request }) => {
  const { sandbox } = house();
  const people = await (await request.get(`${sandbox}/sandbox/followers`)).json();
  const person = people.find((one: { subscribed: boolean; receipt: string }) => one.subscribed && one.receipt === "success");

  await page.goto("/send");
  await expect(page).toHaveURL(/\/login/);
  await page.getByLabel("账号").fill(ADMIN.name);
  await page.getByLabel("密码", { exact: true }).fill("wrong password");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByText("账号或密码不对")).toBeVisible();
  await expect(page.getByLabel("账号")).toHaveValue(ADMIN.name);
  await page.getByLabel("密码", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page).toHaveURL(/\/send/);

  await page.locator("select#template").selectOption({ label: "缴费通知" });
  await page.getByRole("button", { name: "更换" }).click();
  await page.getByLabel(/缴费项目/).fill("没有脚本的缴费");
  await page.getByLabel(/缴费金额/).fill("10.00元");
  await page.getByLabel(/截止日期/).fill("2026年12月05日");
  await page.getByLabel(/OpenID/i).fill(person.openid);
  await page.getByRole("button", { name: "更新预览" }).click();
  await expect(page.getByRole("complementary", { name: "消息预览" })).toContainText("没有脚本的缴费");
  await page.getByRole("button", { name: "检查并发送" }).click();
  await page.getByRole("button", { name: "发送给 1 人" }).click();
  await expect(page).toHaveURL(/\/messages/);
});
