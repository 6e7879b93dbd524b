// The projector cannot scroll, so the type becomes smaller until all of the moment fits into the window. The sheet
// (layout.css) multiplies the size of the type with --fit.
const STEP = 0.04;
const LEAST = 0.3;

export class FitWindow extends HTMLElement {
  connectedCallback() {
    const fit = () => this.#fit();
    new ResizeObserver(fit).observe(this);
    new MutationObserver(fit).observe(this.firstElementChild, { childList: true });
    addEventListener("resize", fit);
    document.fonts?.ready.then(fit);
  }

  #fit() {
    const root = document.documentElement;
    for (let size = 1; size >= LEAST; size -= STEP) {
      root.style.setProperty("--fit", size.toFixed(2));
      if (root.scrollHeight <= innerHeight && root.scrollWidth <= innerWidth) return;
    }
  }
}
