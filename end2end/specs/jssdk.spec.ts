// The published JS-SDK in a real browser: the bridge, standing for the WeChat app, checks our signature as the app does.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, house, test } from "../house";

const sdk = readFileSync(createRequire(import.meta.url).resolve("weixin-js-sdk"), "utf8");

function h5(spoil: string) {
  return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>H5</title>
<script src="/sandbox/phone/bridge.js"></script><script src="/h5/jweixin.js"></script>
<body><script>
fetch("/api/v1/jssdk/signature?url=" + encodeURIComponent(location.href.split("#")[0]))
  .then((answer) => answer.json())
  .then((config) => {
    ${spoil}
    wx.config({ ...config, debug: false, jsApiList: ["chooseImage", "uploadImage"] });
    wx.ready(() => { if (!document.body.dataset.outcome) document.body.dataset.outcome = "ready"; });
    wx.error((error) => { document.body.dataset.outcome = "error: " + error.errMsg; });
  });
</script></body></html>`;
}

for (const [name, spoil, outcome] of [
  ["accepts our signature", "", /^ready$/],
  ["refuses a wrong signature", "config.signature = config.signature.replace(/^./, (c) => (c === 'a' ? 'b' : 'a'));", /^error: .*invalid signature/],
  ["refuses another nonce", "config.nonceStr += 'x';", /^error: .*invalid signature/],
] as const) {
  test(`the app ${name}`, async ({ page }) => {
    const { base } = house();
    await page.route(`${base}/h5/jweixin.js`, (route) => route.fulfill({ contentType: "text/javascript", body: `var module = {};\n${sdk}\nwindow.wx = module.exports;` }));
    await page.route(`${base}/h5/page.html**`, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: h5(spoil) }));
    await page.goto(`${base}/h5/page.html?from=singlemessage&name=${encodeURIComponent("小满")}#/detail`);
    await expect(page.locator("body")).toHaveAttribute("data-outcome", outcome);
  });
}
