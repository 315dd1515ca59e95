// Pictures of every page for the eye: both languages, both looks, desktop and phone. `make shots`, or node shots.mjs [path …].
// Pictures land in target/shots as {page}-{lang}-{look}-{width}.png.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium as browserType } from "@playwright/test";
import { start } from "./start.mjs";
import { chromium, root } from "./where.mjs";

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const WINDOWS = [{ width: 1440, height: 900 }, { width: 390, height: 844, deviceScaleFactor: 2 }];
const DEFAULT = [
  "/", "/send", "/messages", "/batches", "/templates", "/media", "/people", "/tokens", "/jssdk", "/keys", "/webhooks", "/accounts", "/users", "/audit",
  "/settings", "/search", "/docs", "/profile", "/more",
];

/** Makes the first admin through the set-up link and gives the signed-in state. */
async function signIn(browser, { setup }) {
  const page = await browser.newPage({ locale: "zh-CN" });
  await page.goto(setup);
  await page.getByLabel("账号").fill("周敏");
  await page.getByLabel("密码", { exact: true }).fill("correct horse 服务台");
  await page.getByRole("button", { name: "创建并登录" }).click();
  await page.waitForURL((url) => !url.search.includes("token"));
  const state = await page.context().storageState();
  await page.close();
  return state;
}

async function walk(browser, base, state, paths, folder) {
  for (const { width, height, deviceScaleFactor = 1 } of WINDOWS) {
    for (const lang of ["zh", "en"]) {
      for (const look of ["light", "dark"]) {
        const context = await browser.newContext({ storageState: state, viewport: { width, height }, deviceScaleFactor, timezoneId: "Asia/Shanghai" });
        await context.addCookies([{ name: "lang", value: lang, url: base }, { name: "theme", value: look, url: base }]);
        const page = await context.newPage();
        for (const path of paths) {
          await page.goto(base + path);
          await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
          const name = path === "/" ? "overview" : path.slice(1).replaceAll(/[^a-z0-9]+/gi, "_");
          await page.screenshot({ path: join(folder, `${name}-${lang}-${look}-${width}.png`), fullPage: width < 500 ? false : true });
        }
        await context.close();
      }
    }
  }
}

const paths = process.argv.slice(2);
const folder = join(root, "target", "shots");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const house = await start();
const browser = await browserType.launch({ executablePath: chromium(), args: flags });
try {
  await walk(browser, house.base, await signIn(browser, house), paths.length > 0 ? paths : DEFAULT, folder);
} finally {
  await browser.close();
  process.kill(house.pid);
}
console.log(folder);
