// Scripts off: login and sending work as plain documents and forms.
import { ADMIN, expect, house, test } from "../house";
import { everybody } from "../pages";

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

  await page.getByRole("button", { name: "更换" }).click();
  await page.getByRole("searchbox").fill("缴费");
  await page.getByRole("button", { name: "搜索" }).click();
  await expect(page.locator("#picker li:visible")).toHaveCount(1);
  await page.locator("#picker").getByRole("button", { name: /缴费通知/ }).click();
  await page.getByLabel(/缴费项目/).fill("没有脚本的缴费");
  await page.getByLabel(/缴费金额/).fill("10.00元");
  await page.getByLabel(/截止日期/).fill("2026年12月05日");
  await page.getByLabel(/OpenID/i).fill(person.openid);
  await page.getByRole("button", { name: "更新预览" }).click();
  await expect(page.getByRole("complementary", { name: "消息预览" })).toContainText("没有脚本的缴费");
  await page.getByRole("button", { name: "检查并发送" }).click();
  await everybody(page);
  await page.getByRole("button", { name: "发送给 1 人" }).click();
  await expect(page).toHaveURL(/\/messages/);
  await page.getByRole("button", { name: "撤销发送" }).click();
  await expect(page.getByText("已撤销，没有发送")).toBeVisible();
  await expect(page.getByText("发送前取消了").first()).toBeVisible();
});

test("look, keys and questions work without scripts", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/login");
  await page.getByLabel("账号").fill(ADMIN.name);
  await page.getByLabel("密码", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "登录" }).click();
  const look = page.locator(".topbar .look button:visible");
  for (const [name, side] of [["跟随系统，点按切换到浅色", "light"], ["浅色，点按切换到深色", "dark"], ["深色，点按跟随系统", null]] as const) {
    await expect(look).toHaveAccessibleName(`外观：${name}`);
    await look.click();
    if (side) await expect(page.locator("html")).toHaveAttribute("data-theme", side);
    else await expect(page.locator("html")).not.toHaveAttribute("data-theme");
  }
  await page.locator(".sidebar").getByRole("link", { name: "键盘快捷键" }).click();
  await expect(page).toHaveURL(/\/shortcuts$/);
  expect(await page.content()).toContain("关闭了脚本");
  await page.goto("/accounts");
  await page.locator("table a").first().click();
  await page.getByLabel("文件名").fill("MP_verify_ask.txt");
  await page.getByLabel("文件内容").fill("aB3dE6gH9jK2mN5p");
  await page.locator("form", { has: page.getByLabel("文件名") }).getByRole("button", { name: "保存" }).click();
  await page.getByRole("link", { name: "删除 MP_verify_ask.txt" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("删除验证文件 MP_verify_ask.txt");
  await page.getByRole("button", { name: "确认删除" }).click();
  await expect(page.getByText("文件已删除")).toBeVisible();
});
