// Every page at the width of a phone: nothing scrolls sideways, axe finds nothing, the tab bar leads on.
import { axe, expect, fits, speak, test, visit } from "../house";
import { PAGES, details } from "../pages";

for (const lang of ["zh", "en"] as const) {
  test(`every page fits a phone, ${lang}`, async ({ page, expected }) => {
    test.setTimeout(240_000);
    await speak(page, lang);
    for (const path of [...PAGES, ...(await details(page))]) {
      await visit(page, path);
      await fits(page);
      await axe(page);
    }
  });
}

for (const [path, query] of [["/messages", "state=delivered&from=2020-01-01"], ["/audit", "action=setup.done&from=2020-01-01"]]) {
  test(`the filters of ${path} are folded, and say how many are set`, async ({ page, expected }) => {
    await speak(page, "zh");
    await visit(page, `${path}?${query}`);
    const form = page.locator("form.filters");
    const fold = page.locator(".fold summary");
    await expect(form).toBeHidden();
    await expect(fold).toContainText("2 项");
    await fold.click();
    await expect(form).toBeVisible();
    await fits(page);
    await axe(page);
  });
}

test("the tab bar leads to the pages", async ({ page, expected }) => {
  await speak(page, "zh");
  await visit(page, "/");
  const tabs = page.getByRole("navigation", { name: "主导航（手机）" });
  await tabs.getByRole("link", { name: "图片" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("图片");
  await tabs.getByRole("link", { name: "更多" }).click();
  await expect(page.getByRole("link", { name: "操作日志" })).toBeVisible();
});

test("the menu of all pictures opens where it can be read", async ({ page, expected }) => {
  await speak(page, "zh");
  await visit(page, "/media");
  await page.locator(".page-head summary").click();
  const list = page.locator(".page-head .menu-list");
  await expect(list.getByRole("link", { name: "全部选中" })).toBeInViewport({ ratio: 1 });
  const { x, width } = (await list.boundingBox()) ?? { x: -1, width: 0 };
  expect(x).toBeGreaterThanOrEqual(0);
  expect(x + width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  await axe(page);
});
