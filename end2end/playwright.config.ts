// End-to-end tests: the built binary with its simulator, a real Chromium, every page as its users see it.
import { defineConfig } from "@playwright/test";
import { chromium } from "./where.mjs";

const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  // Pages that a spec makes up count as public, and everything of ours is on loopback.
  "--disable-features=LocalNetworkAccessChecks",
];

export default defineConfig({
  testDir: "./specs",
  outputDir: "../target/end2end",
  globalSetup: "./start.mjs",
  globalTeardown: "./stop.mjs",
  workers: 1,
  retries: 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    launchOptions: { executablePath: chromium(), args: flags },
    trace: "retain-on-failure",
  },
  projects: [
    // Runs first: makes the first admin through the set-up link, and keeps the session for the rest.
    { name: "first-run", testMatch: /first-run\.spec\.ts/ },
    {
      name: "desktop",
      testIgnore: /(first-run|no-script|phone-width)\.spec\.ts/,
      dependencies: ["first-run"],
      use: { storageState: "../target/end2end-state/admin.json" },
    },
    {
      name: "phone-width",
      testMatch: /phone-width\.spec\.ts/,
      dependencies: ["first-run"],
      use: { storageState: "../target/end2end-state/admin.json", viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true },
    },
    {
      name: "no-script",
      testMatch: /no-script\.spec\.ts/,
      dependencies: ["first-run"],
      use: { javaScriptEnabled: false },
    },
  ],
});
