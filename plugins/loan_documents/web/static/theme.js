// Runs before the first paint: sets the theme of Airflow's own pages, else the system's.
// A frame inside Airflow follows a change of theme.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const choose = () => {
    let chosen = null;
    try { chosen = localStorage.getItem("theme"); } catch { /* storage is off: the system decides */ }
    const dark = chosen === "dark" || (chosen !== "light" && system.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.dispatchEvent(new Event("themechange"));
  };
  choose();
  system.addEventListener("change", choose);
  addEventListener("storage", choose);
  try {
    if (parent !== window) new MutationObserver(choose).observe(parent.document.documentElement, { attributes: true });
  } catch { /* framed by another site: forbidden by the policy anyway */ }
})();
