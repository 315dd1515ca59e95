// Stands for the WeChat app under the published JS-SDK: load it before jweixin.
// wx.config is checked against a live ticket exactly as the app does; nothing but the listed calls works before or without that.
(function () {
  "use strict";
  const base = new URL(".", document.currentScript.src).href;
  // The app on an iPhone goes by the address that was first loaded, on Android by the one that stands there now.
  const landing = location.href;
  const allowed = new Set();
  const files = new Map();
  const listeners = new Map();
  let counter = 0;

  // The JS-SDK talks to the app only where the browser calls itself WeChat. A page may ask for one of two phones by data-phone.
  if (!/micromessenger/i.test(navigator.userAgent)) {
    const phones = {
      iphone: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
      android: "Mozilla/5.0 (Linux; Android 14; V2302A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36",
    };
    const agent = (phones[document.currentScript.dataset.phone] || navigator.userAgent) + " MicroMessenger/8.0.50 wxdebugger/1.0 Sandbox";
    Object.defineProperty(Navigator.prototype, "userAgent", { configurable: true, get: function () { return agent; } });
  }

  const words = { "preVerifyJSAPI": "config", "imagePreview": "previewImage" };

  async function verify(args) {
    const query = new URLSearchParams({
      url: (/iP(hone|ad|od)/.test(navigator.userAgent) ? landing : location.href).split("#")[0],
      appId: args.verifyAppId || "",
      timestamp: args.verifyTimestamp || "",
      nonceStr: args.verifyNonceStr || "",
      signature: args.verifySignature || "",
    });
    const answer = await (await fetch(base + "check-signature?" + query)).json();
    if (!answer.ok) {
      judge([]);
      return { err_msg: "config:" + (answer.reason || "invalid signature").split(":")[0] };
    }
    for (const name of args.verifyJsApiList || []) allowed.add(name);
    judge(args.verifyOpenTagList || []);
    return { err_msg: "config:ok" };
  }

  // Open tags. The app draws them, not the SDK: those that wx.config named, once it has taken the signature. Others stay empty; here an
  // error event says so, and a tap opens nothing but says that it would.
  const tags = { "wx-open-launch-weapp": ["username", "appid"], "wx-open-launch-app": ["appid"], "wx-open-subscribe": ["template"], "wx-open-audio": ["src"] };
  let listed = null;

  function judge(names) {
    listed = names;
    document.querySelectorAll(Object.keys(tags).join()).forEach(function (tag) { tag.settle(); });
  }

  class OpenTag extends HTMLElement {
    connectedCallback() {
      // What stands inside may not be there yet.
      setTimeout(() => this.settle());
    }

    settle() {
      if (!listed || !this.isConnected || this.shadowRoot) return;
      if (!listed.includes(this.localName)) return this.tell("error", { errMsg: this.localName + ":fail not in openTagList, or the signature was refused" });
      const inner = this.querySelector("template, script[type='text/wxtag-template']");
      const root = this.attachShadow({ mode: "open" });
      if (inner && inner.content) root.append(inner.content.cloneNode(true));
      else if (inner) root.innerHTML = inner.textContent;
      root.addEventListener("click", () => this.launch());
      this.tell("ready", {});
    }

    launch() {
      if (tags[this.localName].some((name) => this.getAttribute(name))) this.tell(this.localName === "wx-open-subscribe" ? "success" : "launch", {});
      else this.tell("error", { errMsg: this.localName + ":fail missing " + tags[this.localName][0] });
    }

    tell(name, detail) {
      this.dispatchEvent(new CustomEvent(name, { detail: detail }));
    }
  }
  for (const name of Object.keys(tags)) customElements.define(name, class extends OpenTag {});

  function choose(args) {
    return new Promise(function (done) {
      const input = document.createElement("input");
      input.type = "file";
      input.accept = "image/*";
      input.multiple = (args.count || 9) > 1;
      input.hidden = true;
      input.addEventListener("cancel", function () {
        input.remove();
        done({ err_msg: "chooseImage:cancel" });
      });
      input.addEventListener("change", function () {
        const localIds = Array.from(input.files).slice(0, args.count || 9).map(function (file) {
          const localId = "wxLocalResource://sandbox/" + ++counter;
          files.set(localId, file);
          return localId;
        });
        input.remove();
        done({ err_msg: "chooseImage:ok", localIds: /android/i.test(navigator.userAgent) ? JSON.stringify(localIds) : localIds, sourceType: "album" });
      });
      document.body.append(input);
      input.click();
    });
  }

  async function upload(args) {
    const file = files.get(args.localId);
    if (!file) return { err_msg: "uploadImage:fail localId not found" };
    const form = new FormData();
    form.append("picture", file);
    const answer = await fetch(base + "upload", { method: "POST", headers: { accept: "application/json" }, body: form });
    if (!answer.ok) return { err_msg: "uploadImage:fail" };
    return { err_msg: "uploadImage:ok", serverId: (await answer.json()).serverId };
  }

  function local(args) {
    return new Promise(function (done) {
      const file = files.get(args.localId);
      if (!file) return done({ err_msg: "getLocalImgData:fail" });
      const reader = new FileReader();
      reader.onload = function () { done({ err_msg: "getLocalImgData:ok", localData: reader.result }); };
      reader.readAsDataURL(file);
    });
  }

  const calls = {
    preVerifyJSAPI: verify,
    chooseImage: choose,
    uploadImage: upload,
    getLocalImgData: local,
    checkJsApi: async function (args) {
      const result = {};
      for (const name of args.jsApiList || []) result[name] = name in calls;
      return { err_msg: "checkJsApi:ok", checkResult: /android/i.test(navigator.userAgent) ? JSON.stringify(result) : result };
    },
    getNetworkType: async function () { return { err_msg: "network_type:wifi" }; },
    imagePreview: async function (args) {
      window.open(args.current, "_blank", "noopener");
      return { err_msg: "imagePreview:ok" };
    },
    geoLocation: async function () {
      return { err_msg: "geoLocation:ok", latitude: 30.2675, longitude: 120.0643, speed: "0", accuracy: "30" };
    },
    closeWindow: async function () {
      window.close();
      if (history.length > 1) history.back();
      return { err_msg: "closeWindow:ok" };
    },
  };
  for (const name of ["hideOptionMenu", "showOptionMenu", "hideMenuItems", "showMenuItems", "hideAllNonBaseMenuItem", "showAllNonBaseMenuItem",
    "updateAppMessageShareData", "updateTimelineShareData", "shareTimeline", "sendAppMessage"]) {
    calls[name] = async function () { return { err_msg: name + ":ok" }; };
  }

  // The app lets these through without wx.config.
  const free = new Set(["preVerifyJSAPI", "checkJsApi", "closeWindow", "getNetworkType"]);

  async function run(name, args) {
    if (!(name in calls)) return { err_msg: "system:function_not_exist" };
    if (!free.has(name) && !allowed.has(name) && !allowed.has(words[name])) return { err_msg: "system:access_denied" };
    try {
      return await calls[name](args || {});
    } catch (error) {
      return { err_msg: (words[name] || name) + ":fail system error" };
    }
  }

  window.WeixinJSBridge = {
    invoke: function (name, args, callback) {
      // Never in the same turn: the app is another process, and pages rely on that.
      run(name, args).then(function (answer) { if (callback) callback(answer); });
    },
    on: function (name, callback) { listeners.set(name, callback); },
    call: function (name) { this.invoke(name, {}); },
  };
  window.__wxjs_environment = "browser";
  document.dispatchEvent(new Event("WeixinJSBridgeReady"));
})();
