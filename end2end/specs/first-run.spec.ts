import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { ADMIN, STATE, axe, expect, house, test, visit } from "../house";

test("the set-up link makes the first admin, once", async ({ page, expected, context }) => {
  expected.allow(403);
  expected.allow(410);
  await visit(page, house().setup);
  await axe(page);
  await page.getByLabel("账号").fill(ADMIN.name);
  await page.getByLabel("密码", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "创建并登录" }).click();
  await expect(page).toHaveURL(/\/(setup)?$/);
  mkdirSync(dirname(STATE), { recursive: true });
  await context.storageState({ path: STATE });

  const again = await page.goto(house().setup);
  expect([303, 403, 410, 200]).toContain(again?.status());
  await context.clearCookies();
  const closed = await page.goto(house().setup);
  expect([403, 410, 404]).toContain(closed?.status());
});
