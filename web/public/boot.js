// Runs before the first paint, so that theme and language never flash.
(function () {
  var root = document.documentElement;
  // What OBS lays over other pictures has no ground of its own, from the first paint on.
  if (location.pathname.startsWith('/overlay/')) root.classList.add('see-through');
  try {
    var theme = localStorage.getItem('posecast.theme');
    var dark = matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light';
    var language = localStorage.getItem('posecast.language') || navigator.language || 'en';
    root.lang = language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
  } catch {
    // Storage is refused in some private windows: the defaults in the page stay.
  }
})();
