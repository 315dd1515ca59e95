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
  var options, key, signed, current, loading, configured, last = {}, told = 0;

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
    if (window.fetch && told++ < 8) fetch(base + "/api/v1/jssdk/errors", {
      method: "POST", keepalive: true,
      body: JSON.stringify({
        account: account, code: error.code, message: error.message, page: here(), landing: landing, signed: error.url || null,
        agent: navigator.userAgent,
        timestamp: last.timestamp, nonce: last.nonceStr, signature: last.signature
      })
    }).catch(function () {});
  }

  function fetchScript(host) {
    return new Promise(function (done, fail) {
      var tag = document.createElement("script");
      tag.src = "https://" + host + ".wx.qq.com/open/js/jweixin-1.6.0.js";
      tag.onload = done;
      tag.onerror = function () {
        fail(trouble("jweixin did not load", "sdk_not_loaded"));
      };
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

  function ask(method, path, body) {
    return new Promise(function (done, fail) {
      var request = new XMLHttpRequest();
      request.open(method, base + "/api/v1/" + path);
      request.onload = function () {
        var answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch (e) {}
        if (request.status < 300) done(answer);
        else {
          var error = trouble(answer.detail || "HTTP " + request.status, answer.code);
          error.busy = request.status === 503;
          fail(error);
        }
      };
      request.onerror = function () {
        fail(trouble("wxdesk did not answer; is this origin one of the account's H5 origins?", "unreachable"));
      };
      request.send(body);
    });
  }

  function accept(config) {
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
        tell(error);
        fail(error);
        // Also long after: whoever asks next gets a fresh signature.
        signed = 0;
      });
      wx.ready(function () {
        // After a first time jweixin is "ready" at once, whatever becomes of this signature; a refusal takes a moment.
        setTimeout(done, first ? 0 : 500, wx);
      });
    });
  }

  function configure(retry) {
    signed = page();
    var asked = "jssdk/signature?url=" + encodeURIComponent(signed) + (account ? "&account=" + encodeURIComponent(account) : "");
    return load().then(function () {
      return ask("GET", asked);
    }).then(accept).catch(function (error) {
      if (retry && error.wx) return configure();
      // Too much to do at once: all who hear that should not come back in the same moment.
      if (retry && error.busy) return new Promise(function (again) {
        setTimeout(again, 1000 + 1000 * Math.random());
      }).then(function () {
        return configure();
      });
      if (!error.wx && error.code !== "unreachable") tell(error);
      signed = loading = 0;
      throw error;
    });
  }

  function moved() {
    // Routers write an address in several steps.
    setTimeout(function () {
      if (current && signed !== page()) {
        current = configure(1);
        current.catch(function () {});
      }
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
    return current.then(function (wx) {
      return new Promise(function (done, fail) {
        wanted.success = done;
        wanted.fail = function (answer) {
          fail(trouble(answer.errMsg, "failed", answer));
        };
        wanted.cancel = function (answer) {
          fail(trouble(answer.errMsg, "cancelled", answer));
        };
        wx[name](wanted);
      });
    });
  }

  window.wxdesk = {
    uploadImage: function (wanted) {
      return api("chooseImage", {count: 1, sizeType: wanted.sizeType, sourceType: wanted.sourceType}).then(function (chosen) {
        return api("uploadImage", {localId: chosen.localIds[0], isShowProgressTips: 1});
      }).then(function (sent) {
        // Asked for as late as can be: a ticket is short-lived, and people take their time to choose.
        return Promise.resolve(typeof wanted.ticket === "function" ? wanted.ticket(wanted) : wanted.ticket).then(function (ticket) {
          return ask("POST", "media/ticketed", JSON.stringify({
            ticket: ticket, media_id: sent.serverId,
            user_id: wanted.user_id, answer_title: wanted.answer_title, question_id: wanted.question_id
          }));
        });
      });
    },
    ready: function (wanted) {
      var next = JSON.stringify(wanted || options || {});
      if (current && next === key && signed === page()) return current;
      options = JSON.parse(next);
      key = next;
      current = configure(1);
      return current;
    }
  };
})(window, document);
