// What is around every page: light and dark, the language, keys, the account switcher.
import { axe, expect, test, visit } from "../house";
import { template } from "../pages";
import type { Page } from "@playwright/test";

const look = (page: Page) => page.locator(".topbar .look button:visible");
const canvas = (page: Page) => page.evaluate(() => getComputedStyle(document.querySelector(".panel")!).backgroundColor);

for (const system of ["light", "dark"] as const) {
  test(`the look goes round in three, the first step is seen, ${system} system`, async ({ page, expected }) => {
    await page.emulateMedia({ colorScheme: system });
    const other = system === "light" ? "dark" : "light";
    const word = { light: "浅色", dark: "深色" };
    await visit(page, "/tokens");
    await expect(look(page)).toHaveCount(1);
    await expect(look(page)).toHaveAccessibleName(new RegExp(`^外观：跟随系统，点按切换到${word[other]}$`));
    const before = await canvas(page);
    await look(page).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", other);
    expect(await canvas(page)).not.toBe(before);
    await expect(look(page)).toBeFocused();
    await expect(look(page)).toHaveAccessibleName(new RegExp(`^外观：${word[other]}，`));
    await axe(page);
    await visit(page, "/audit");
    await expect(page.locator("html")).toHaveAttribute("data-theme", other);
    await look(page).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", system);
    await look(page).click();
    await expect(page.locator("html")).not.toHaveAttribute("data-theme");
    await visit(page, "/audit");
    await expect(look(page)).toHaveAccessibleName(/^外观：跟随系统/);
  });
}

test("a change of look or language empties no form", async ({ page, expected }) => {
  await visit(page, "/send");
  await template(page);
  await page.getByLabel(/缴费项目/).fill("冬季观鸟营");
  await page.getByLabel(/OpenID/i).fill("oNobody");
  await look(page).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", /light|dark/);
  await expect(page.getByLabel(/缴费项目/)).toHaveValue("冬季观鸟营");
  await page.locator(".topbar").getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator(".tpl b")).toHaveText("缴费通知");
  await expect(page.getByLabel(/缴费项目/)).toHaveValue("冬季观鸟营");
  await expect(page.getByLabel(/OpenID/i)).toHaveValue("oNobody");

  await visit(page, "/users");
  await page.getByLabel("Account", { exact: true }).fill("新同事");
  await page.getByLabel("Password", { exact: true }).fill("a secret of theirs");
  await page.getByRole("radio", { name: /Reviewer/ }).check();
  await page.locator(".topbar").getByRole("button", { name: "简体中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.getByLabel("账号", { exact: true })).toHaveValue("新同事");
  await expect(page.getByRole("radio", { name: /看图员/ })).toBeChecked();
  await expect(page.getByLabel("密码", { exact: true })).toHaveValue("");
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  await visit(page, "/users");
  await expect(page.getByLabel("账号", { exact: true })).toHaveValue("");
  // Back to the system's, for whoever comes after.
  while (await page.locator("html").getAttribute("data-theme")) {
    const was = await look(page).getAttribute("aria-label");
    await look(page).click();
    await expect(look(page)).not.toHaveAttribute("aria-label", was!);
  }
});

test("secrets never reach the browser's store", async ({ page, expected }) => {
  await visit(page, "/accounts/new");
  await page.evaluate(() => {
    const keep = Storage.prototype.setItem;
    Storage.prototype.setItem = function (name, value) {
      keep.call(this, name, value);
      document.cookie = `kept=${encodeURIComponent(value)}; path=/`;
    };
  });
  await page.getByLabel("AppID").fill("wx777");
  await page.getByLabel("AppSecret").fill("canary-one");
  await page.locator("summary", { hasText: "高级" }).click();
  await page.locator("#callback_token").fill("canary-two");
  await page.locator(".topbar").getByRole("button", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByLabel("AppID")).toHaveValue("wx777");
  const kept = decodeURIComponent((await page.context().cookies()).find((cookie) => cookie.name === "kept")!.value);
  expect(kept).toContain("wx777");
  expect(kept).not.toContain("canary");
  await page.locator(".topbar").getByRole("button", { name: "简体中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
});

test("keys go to pages, list themselves, and leave fields alone", async ({ page, expected }) => {
  await visit(page, "/");
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "键盘快捷键" });
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText("去别的页面");
  await axe(page);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page).toHaveURL(/\/$/);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  for (const [letter, place] of [["s", /\/send$/], ["h", /\/messages$/], ["i", /\/media$/], ["t", /\/tokens$/], ["o", /\/$/]] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await expect(page).toHaveURL(place);
    await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
  }
  await page.keyboard.press("/");
  await expect(page).toHaveURL(/\/search$/);
  await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
  await page.keyboard.press("/");
  await expect(page.locator("#q")).toBeFocused();
  await page.keyboard.type("g?t/");
  await expect(page.locator("#q")).toHaveValue("g?t/");
  await expect(page).toHaveURL(/\/search$/);

  await page.locator(".sidebar").getByRole("link", { name: "键盘快捷键" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "关闭单键快捷键" }).click();
  await expect(page).toHaveURL(/\/shortcuts$/);
  await expect(page.getByText("单键快捷键已关闭")).toBeVisible();
  await page.keyboard.press("?");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(/\/shortcuts$/);
  await page.getByRole("button", { name: "打开单键快捷键" }).click();
  await expect(page.getByText("单键快捷键已打开")).toBeVisible();
});

test("the switcher says what the account is and offers another", async ({ page, expected }) => {
  await visit(page, "/");
  await page.locator("summary.switcher").click();
  const row = page.locator("a.account");
  await expect(row).toContainText("沙箱");
  await expect(row).toContainText("令牌");
  await expect(page.locator(".menu-accounts").getByRole("link", { name: "添加公众号" })).toBeVisible();
  await axe(page);
  await page.keyboard.press("Escape");
  await expect(row).toBeHidden();
});

test("switching somebody off asks, names them, and can be left", async ({ page, expected }) => {
  await visit(page, "/users");
  await page.getByLabel("账号", { exact: true }).fill("临时同事");
  await page.getByLabel("密码", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "添加用户" }).click();
  await page.getByRole("link", { name: "临时同事" }).click();
  await page.getByRole("link", { name: "停用" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("停用“临时同事”");
  await axe(page);
  await page.getByRole("link", { name: "取消" }).click();
  await expect(page.getByText("正常", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "停用" }).click();
  await page.getByRole("button", { name: "确认停用" }).click();
  await expect(page.getByText("已停用", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "重新启用" }).click();
  await expect(page.getByText("正常", { exact: true })).toBeVisible();
});

test("the set-up steps try in place", async ({ page, expected }) => {
  expected.allow(422);
  await visit(page, "/setup");
  await expect(page.locator(".tries > li.is-ok").first()).toContainText("已能签名");
  await page.locator("summary", { hasText: "再加一个域名" }).click();
  await page.getByLabel("域名").fill("https://wrong.example.com");
  await page.getByRole("button", { name: "添加并检查签名" }).click();
  await expect(page.getByText("只写主机名，不带 http://").first()).toBeVisible();
  await axe(page);
  await page.getByLabel("域名").fill("setup.example.com");
  await page.getByRole("button", { name: "添加并检查签名" }).click();
  await expect(page.getByText("https://setup.example.com/ 已能签名")).toBeVisible();
  await axe(page);
});

test("the keys of the desk work as its list says", async ({ page, expected }) => {
  await visit(page, "/media/desk");
  for (const key of ["j", "k"]) {
    const to = new URL((await page.locator(`a[accesskey=${key}]`).getAttribute("href"))!, page.url()).href;
    await page.keyboard.press(key);
    await expect(page).toHaveURL(to);
    await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
  }
});
