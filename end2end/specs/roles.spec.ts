// Each role sees its part of the product: the entries of the shell, and a readable page where it may not go.
import { axe, expect, house, test, visit } from "../house";

const PASSWORD = "correct horse 角色";
const ROLES = {
  sender: {
    name: "发送的乔", entries: ["总览", "发送消息", "发送记录", "模板库", "图片", "关注者"], tabs: ["总览", "发送", "图片", "记录", "更多"],
    closed: ["/tokens", "/jssdk", "/keys", "/webhooks", "/docs", "/users", "/audit", "/settings", "/media/desk", "/media/opinions", "/media/bin", "/media/retention", "/batches/rules", "/templates/library"],
  },
  reviewer: {
    name: "看图的苗", entries: ["总览", "图片"], tabs: ["总览", "图片", "更多"],
    closed: ["/send", "/messages", "/batches", "/templates", "/people", "/tokens", "/docs", "/users", "/audit", "/media/bin", "/media/retention"],
  },
  developer: {
    name: "开发的岩", entries: ["总览", "给自己发测试", "发送记录", "令牌", "签名调试", "API 密钥", "接口文档"], tabs: ["总览", "记录", "更多"],
    closed: ["/send", "/templates", "/people", "/media", "/media/desk", "/media/opinions", "/webhooks", "/users", "/audit", "/settings"],
  },
} as const;

for (const [role, { name, entries, tabs, closed }] of Object.entries(ROLES)) {
  test(`what a ${role} is shown, and what is closed`, async ({ page, browser, expected }) => {
    test.setTimeout(90_000);
    const { base } = house();
    await visit(page, "/users");
    const form = page.locator("form").filter({ has: page.locator("#password") });
    await form.locator("#name").fill(name);
    await form.locator("#password").fill(PASSWORD);
    await form.locator(`[name=role][value=${role}]`).check({ force: true });
    await form.getByRole("button").click();
    await expect(page.getByRole("link", { name }).first()).toBeVisible();

    const context = await browser.newContext({ storageState: undefined, locale: "zh-CN", baseURL: base, viewport: { width: 1440, height: 900 } });
    const own = await context.newPage();
    const said: string[] = [];
    own.on("console", (message) => {
      // Chromium reports every answer of 403, and those are wanted here.
      if (["error", "warning"].includes(message.type()) && !/status of 403/.test(message.text())) said.push(message.text());
    });
    await own.goto("/login");
    await own.getByLabel("账号").fill(name);
    await own.getByLabel("密码", { exact: true }).fill(PASSWORD);
    await own.getByRole("button", { name: "登录" }).click();
    await own.waitForURL((url) => url.pathname !== "/login");

    await visit(own, "/");
    const links = own.getByRole("navigation", { name: "主导航", exact: true }).getByRole("link");
    expect((await links.allInnerTexts()).map((text) => text.trim()), "the sidebar").toEqual(entries);
    for (const path of await links.evaluateAll((all) => all.map((one) => one.getAttribute("href")!))) {
      expect((await visit(own, path))?.status(), `${role} opens ${path}`).toBe(200);
    }
    for (const path of closed) {
      expect((await visit(own, path))?.status(), `${role} at ${path}`).toBe(403);
      await expect(own.getByRole("heading", { level: 1 }), path).toHaveText("没有权限");
      await expect(own.getByText("请联系管理员 周敏"), path).toBeVisible();
    }
    await axe(own);

    await own.setViewportSize({ width: 390, height: 844 });
    await visit(own, "/");
    const bar = own.getByRole("navigation", { name: "主导航（手机）" }).getByRole("link");
    expect((await bar.allInnerTexts()).map((text) => text.trim()), "the tab bar").toEqual(tabs);
    expect(said, "nothing on the console").toEqual([]);
    await context.close();
  });
}
