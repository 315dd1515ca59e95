// Every page at the width of a phone: nothing scrolls sideways, axe finds nothing, the tab bar leads on.
import { axe, expect, fits, test, visit } from "../house";
import { PAGES } from "../pages";

test("every page fits a phone", async ({ page, expected }) => {
  test.setTimeout(120_000);
  for (const path of PAGES) {
    await visit(page, path);
    await fits(page);
    await axe(page);
  }
});

test("the tab bar leads to the pages", async ({ page, expected }) => {
  await visit(page, "/");
  const tabs = page.getByRole("navigation", { name: "主导航（手机）" });
  await tabs.getByRole("link", { name: "图片" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("图片");
  await tabs.getByRole("link", { name: "更多" }).click();
  await expect(page.getByRole("link", { name: "操作日志" })).toBeVisible();
});
