// Stands for the published JS-SDK where res.wx.qq.com cannot be reached: the few calls that the demo page makes, over the same bridge and
// with jweixin's own manners. Real pages load jweixin.
(function () {
  "use strict";
  if (window.wx) return;
  const android = /android/i.test(navigator.userAgent);
  const waiting = [];
  let settled = false;
  let failed = null;
  let refused = null;

  function invoke(name, args, wanted, mend) {
    window.WeixinJSBridge.invoke(name, args, function (answer) {
      const said = answer.err_msg.split(":").pop().replace(/_/g, " ").replace("access denied", "permission denied");
      delete answer.err_msg;
      answer.errMsg = (name === "preVerifyJSAPI" ? "config" : name) + ":" + said;
      if (mend) mend(answer);
      const hears = said === "ok" ? wanted.success : said === "cancel" ? wanted.cancel : wanted.fail;
      if (hears) hears(answer);
      if (wanted.complete) wanted.complete(answer);
    });
  }

  // On Android the app hands lists and objects over as text.
  function unfold(field) {
    return function (answer) {
      if (android && typeof answer[field] === "string") answer[field] = JSON.parse(answer[field]);
    };
  }

  window.wx = {
    config: function (given) {
      invoke("preVerifyJSAPI", {
        verifyAppId: given.appId, verifyTimestamp: String(given.timestamp), verifyNonceStr: given.nonceStr, verifySignature: given.signature,
        verifyJsApiList: given.jsApiList, verifyOpenTagList: given.openTagList,
      }, {
        fail: function (answer) {
          if (failed) failed(answer);
          else refused = answer;
        },
        complete: function () {
          settled = true;
          waiting.splice(0).forEach(function (hears) { hears(); });
        },
      });
    },
    ready: function (hears) {
      if (settled) hears();
      else waiting.push(hears);
    },
    error: function (hears) {
      failed = hears;
      if (refused) hears(refused);
      refused = null;
    },
    chooseImage: function (wanted) { invoke("chooseImage", { count: wanted.count }, wanted, unfold("localIds")); },
    uploadImage: function (wanted) { invoke("uploadImage", { localId: wanted.localId }, wanted); },
    getLocalImgData: function (wanted) { invoke("getLocalImgData", { localId: wanted.localId }, wanted); },
    checkJsApi: function (wanted) { invoke("checkJsApi", { jsApiList: wanted.jsApiList }, wanted, unfold("checkResult")); },
  };
})();
