// The helper for H5 pages (docs/h5.md). Plain ES5 but for Promise, no dependency, no eval, no inline script.
// Comments and indentation are taken off before it is served: see src/features/jssdk/server/helper.rs.
(function (window, document) {
  "use strict";
  var scripts = document.getElementsByTagName("script");
  var script = document.currentScript || scripts[scripts.length - 1];
  var base = script.src.split("/h5/wxdesk.js")[0];
  var named = /[?&]account=([^&#]*)/.exec(script.src);
  var account = script.getAttribute("data-app") || (named && decodeURIComponent(named[1]));
  // iOS compares a signature with the address that was first loaded, Android with the one that stands there now.
  var ios = window.__wxjs_is_wkwebview || /iP(hone|ad|od)/.test(navigator.userAgent);
  var landing = here();
  var options, key, signed, current, busy, loading, configured, last = {}, told = 0;

  function here() {
    return location.href.split("#")[0];
  }

  function page() {
    return ios ? landing : here();
  }

  function trouble(text, code, from) {
    var error = new Error(text);
    error.code = code;
    error.url = signed;
    error.wx = from;
    return error;
  }

  // The list of failures in the signature doctor lives on this. A page in a bad way tells it a few times and then no more.
  function tell(error) {
    if (told++ > 7) return;
    var to = base + "/api/v1/jssdk/errors", body = JSON.stringify({
      account: account, code: error.code, message: error.message, page: here(), landing: landing, signed: error.url || null,
      agent: navigator.userAgent, ios: !!ios,
      timestamp: last.timestamp, nonce: last.nonceStr, signature: last.signature
    });
    if (window.fetch) fetch(to, {method: "POST", keepalive: true, body: body}).catch(nothing);
    else if (navigator.sendBeacon) navigator.sendBeacon(to, body);
  }

  function nothing() {}

  function fetchScript(host) {
    return new Promise(function (done, fail) {
      var tag = document.createElement("script");
      tag.src = "https://" + host + ".wx.qq.com/open/js/jweixin-1.6.0.js";
      tag.onload = done;
      tag.onerror = function () {
        fail(trouble("jweixin did not load", "sdk_not_loaded"));
      };
      setTimeout(tag.onerror, 9000);
      document.head.appendChild(tag);
    });
  }

  function load() {
    if (window.wx && window.wx.config) return Promise.resolve();
    loading = loading || fetchScript("res").catch(function () {
      return fetchScript("res2");
    });
    return loading;
  }

  function ask(method, to, body, type) {
    return new Promise(function (done, fail) {
      var request = new XMLHttpRequest();
      request.open(method, to);
      request.timeout = 20000;
      if (type) request.setRequestHeader("Content-Type", type);
      request.onload = function () {
        var answer = request.responseText;
        try {
          answer = JSON.parse(answer) || {};
        } catch (e) {}
        if (request.status < 300) done(answer);
        else {
          var error = trouble(answer.detail || "HTTP " + request.status, answer.code || "http");
          error.busy = request.status === 503;
          fail(error);
        }
      };
      request.onerror = request.ontimeout = function () {
        fail(trouble("no answer; is this origin one of the account's H5 origins?", "unreachable"));
      };
      request.send(body);
    });
  }

  function accept(config, url, quiet) {
    return new Promise(function (done, fail) {
      var wx = window.wx, first = !configured;
      configured = 1;
      last = config;
      config.debug = !!options.debug;
      config.jsApiList = options.jsApiList || [];
      config.openTagList = options.openTagList || [];
      wx.config(config);
      wx.error(function (answer) {
        var error = trouble(answer.errMsg, "refused", answer);
        error.url = url;
        // An address that is left already is signed anew, and its refusal is nobody's trouble.
        if (url === page() && !quiet) tell(error);
        fail(error);
        // Also long after: whoever asks next gets a fresh signature.
        if (signed === url) signed = 0;
      });
      wx.ready(function () {
        // After a first time jweixin is "ready" at once, whatever becomes of this signature; a refusal takes a moment.
        setTimeout(done, first ? 0 : 500, wx);
      });
    });
  }

  // jweixin has one place for whoever hears of a refusal, so one signature at a time is given to it. A run sees by itself that the
  // address or the options are others by now, and ends at the last of them. `quiet`: the first refusal may still be of the one before.
  function configure(retry, quiet) {
    var url = signed = page(), mine = key;
    function left() {
      return url !== page() || mine !== key;
    }
    return load().then(function () {
      return ask("GET", base + "/api/v1/jssdk/signature?url=" + encodeURIComponent(url) + (account ? "&account=" + encodeURIComponent(account) : ""));
    }).then(function (config) {
      return left() ? 0 : accept(config, url, quiet);
    }).then(function (wx) {
      if (left() || !wx) return configure(1, wx);
      signed = url;
      busy = 0;
      return wx;
    }, function (error) {
      if (left()) return configure(1, 1);
      if (retry && error.wx) return configure(quiet);
      // Too much to do at once: all who hear that should not come back in the same moment.
      if (retry && error.busy) return new Promise(function (again) {
        setTimeout(again, 1000 + 1000 * Math.random());
      }).then(function () {
        return configure();
      });
      if (!error.wx && error.code !== "unreachable") tell(error);
      signed = loading = busy = 0;
      throw error;
    });
  }

  function renew() {
    if (!busy) {
      busy = 1;
      current = configure(1);
    }
    return current;
  }

  function ready(wanted) {
    var next = wanted ? JSON.stringify(wanted) : key || "{}";
    if (current && next === key && signed === page()) return current;
    options = JSON.parse(next);
    key = next;
    return renew();
  }

  function moved() {
    // Routers write an address in several steps.
    setTimeout(function () {
      if (current && signed !== page()) renew().catch(nothing);
    });
  }

  ["pushState", "replaceState"].forEach(function (name) {
    var old = history[name];
    history[name] = function () {
      var answer = old.apply(history, arguments);
      moved();
      return answer;
    };
  });
  window.addEventListener("popstate", moved);

  function api(name, wanted) {
    return ready(key ? 0 : {jsApiList: ["chooseImage", "uploadImage"]}).then(function (wx) {
      return new Promise(function (done, fail) {
        wanted.success = done;
        wanted.fail = function (answer) {
          var error = trouble(answer.errMsg, "failed", answer);
          tell(error);
          fail(error);
        };
        wanted.cancel = function (answer) {
          fail(trouble(answer.errMsg, "cancelled", answer));
        };
        wx[name](wanted);
      });
    });
  }

  // From the page's own server, which gets it from wxdesk with its key.
  function ticket(wanted, filed) {
    var from = wanted.ticket || window.wxdesk.tickets || script.getAttribute("data-tickets");
    if (typeof from === "function") return from(wanted);
    if (!from) throw trouble("no upload ticket; see data-tickets", "no_ticket");
    return wanted.ticket || ask("POST", from, JSON.stringify(filed), "application/json").then(function (answer) {
      return String(answer.ticket || answer).trim();
    });
  }

  window.wxdesk = {
    uploadImage: function (wanted) {
      var filed = {user_id: wanted.user_id, answer_title: wanted.answer_title, question_id: wanted.question_id}, picture;
      return api("chooseImage", {count: 1, sizeType: wanted.sizeType, sourceType: wanted.sourceType}).then(function (chosen) {
        picture = chosen.localIds[0];
        // Asked for as late as can be: a ticket is short-lived, and people take their time to choose.
        return ticket(wanted, filed);
      }).then(function (given) {
        filed.ticket = given;
        return api("uploadImage", {localId: picture, isShowProgressTips: 1});
      }).then(function (sent) {
        filed.media_id = sent.serverId;
        return ask("POST", base + "/api/v1/media/ticketed", JSON.stringify(filed));
      });
    },
    ready: ready
  };
})(window, document);
