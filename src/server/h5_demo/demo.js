// What an H5 page does with the helper: sign, follow its own router, upload a picture by a ticket, and say what happened.
(function () {
  "use strict";
  var say = document.body.dataset;
  var landing = location.href, chosen;
  var pick = document.getElementById("pick"), spoil = document.getElementById("spoil");

  function log(text, bad) {
    var line = document.createElement("li");
    line.textContent = text;
    if (bad) line.className = "bad";
    document.getElementById("log").append(line);
  }

  function failed(error) {
    if (error.code !== "cancelled") log(say.refused + " " + error.code + " " + error.message, true);
  }

  function where() {
    document.getElementById("here").textContent = location.href;
    document.querySelectorAll("[data-route]").forEach(function (link) {
      if (link.href === location.href) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
  }

  // What was signed last is read off the call itself, so that the page shows what the helper really did.
  new PerformanceObserver(function (list) {
    list.getEntries().forEach(function (entry) {
      var url = new URL(entry.name);
      if (url.pathname !== "/api/v1/jssdk/signature") return;
      document.getElementById("signed").textContent = url.searchParams.get("url");
    });
  }).observe({type: "resource", buffered: true});

  function watch(wx) {
    var upload = wx.uploadImage;
    if (upload.watched) return;
    wx.uploadImage = function (wanted) {
      chosen = wanted.localId;
      return upload.apply(wx, arguments);
    };
    wx.uploadImage.watched = true;
  }

  // Where WeChat's script cannot be reached, as without the internet, the simulator's own stands in for it.
  function standIn(error) {
    if (error.code !== "sdk_not_loaded" || window.wx) throw error;
    log(say.offline);
    return new Promise(function (done, fail) {
      var tag = document.createElement("script");
      tag.src = "/sandbox/phone/wx.js";
      tag.onload = done;
      tag.onerror = function () { fail(error); };
      document.head.append(tag);
    }).then(ready);
  }

  function ready() {
    return wxdesk.ready({jsApiList: ["chooseImage", "uploadImage", "getLocalImgData"], openTagList: ["wx-open-launch-weapp"]});
  }

  function sign(moved) {
    return ready().catch(standIn).then(function (wx) {
      log(moved && say.phone === "iphone" ? say.kept : say.signed);
      watch(wx);
      pick.disabled = spoil.disabled = false;
      return wx;
    });
  }

  // A router of one line: the helper follows pushState by itself; each view asks for ready() before it calls wx.
  document.querySelectorAll("[data-route]").forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      history.pushState(null, "", link.href);
      where();
      log(say.moved + " " + location.pathname);
      sign(true).catch(failed);
    });
  });
  window.addEventListener("popstate", function () {
    where();
    sign(true).catch(failed);
  });

  // The picture as the phone has it; the helper chose it, so the last local id is read off the call.
  function show() {
    wx.getLocalImgData({localId: chosen, success: function (answer) {
      var picture = document.getElementById("picture");
      picture.src = answer.localData;
      picture.hidden = false;
    }});
  }

  pick.addEventListener("click", function () {
    log(say.waiting);
    // The helper fetches the upload ticket itself, from where data-tickets in the page says.
    wxdesk.uploadImage({
      user_id: say.visitor,
      answer_title: document.title,
      question_id: "h5"
    }).then(function (picture) {
      log(say.sent + " " + picture.id);
      show();
    }).catch(failed);
  });

  var tag = document.getElementById("tag");
  tag.addEventListener("launch", function () { log(say.launched); });
  tag.addEventListener("error", function (event) { log(say.refused + " " + event.detail.errMsg, true); });

  // The commonest fault: the address changes, and the page goes on with a signature of the one before.
  spoil.addEventListener("click", function () {
    var before = location.href.split("#")[0];
    History.prototype.pushState.call(history, null, "", location.pathname.split("/").slice(0, 4).join("/") + "/unsigned?at=" + Date.now());
    where();
    fetch("/api/v1/jssdk/signature?url=" + encodeURIComponent(before)).then(function (answer) {
      return answer.json();
    }).then(function (config) {
      config.jsApiList = ["chooseImage"];
      var told = false;
      wx.config(config);
      wx.error(function (answer) {
        told = true;
        log(say.refused + " " + answer.errMsg, true);
        fetch("/api/v1/jssdk/errors", {method: "POST", body: JSON.stringify({
          code: "refused", message: answer.errMsg, page: location.href, landing: landing, signed: before, agent: navigator.userAgent,
          timestamp: config.timestamp, nonce: config.nonceStr, signature: config.signature
        })});
      });
      setTimeout(function () { if (!told) log(say.signed); }, 1500);
    }).catch(failed);
  });

  where();
  sign().catch(failed);
})();
