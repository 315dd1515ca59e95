// The whole road of a message: composed in the page, shown on the simulator's phone, delivered in the history.
import { axe, expect, house, test, visit } from "../house";

test("a message goes out, arrives on the phone, and is delivered in the history", async ({ page, request, expected }) => {
  const { base, sandbox } = house();
  const people = await (await request.get(`${sandbox}/sandbox/followers`)).json();
  const person = people.find((one: { subscribed: boolean; receipt: string }) => one.subscribed && one.receipt === "success");

  await visit(page, "/send");
  await axe(page);
  await page.locator("select#template").selectOption({ label: "缴费通知" });
  await page.getByRole("button", { name: "更换" }).click();
  await page.getByLabel(/缴费项目/).fill("冬季观鸟营");
  await page.getByLabel(/缴费金额/).fill("1280.00元");
  await page.getByLabel(/截止日期/).fill("2026年12月05日");
  await page.getByLabel(/OpenID/i).fill(person.openid);
  await expect(page.getByRole("complementary", { name: "消息预览" })).toContainText("冬季观鸟营");
  await page.getByRole("button", { name: "检查并发送" }).click();
  await expect(page).toHaveURL(/\/send\/[0-9a-f]+\/review$/);
  await axe(page);
  await page.getByRole("button", { name: "发送给 1 人" }).click();
  await expect(page).toHaveURL(/\/messages/);

  await expect(async () => {
    await visit(page, `/messages?touser=${person.openid}`);
    await expect(page.locator("table")).toContainText("已送达", { timeout: 500 });
  }).toPass({ timeout: 20_000 });

  await page.goto(`${base}/sandbox/phone?openid=${person.openid}`);
  await expect(page.getByText("冬季观鸟营")).toBeVisible();
});

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
