// <export-progress export="…">: looks how far a file is, and shows the page anew once it is there.
const EVERY = 1000; // milliseconds
const LONGEST = 15000; // between two looks, while the server cannot be reached

export class ExportProgress extends HTMLElement {
  connectedCallback() {
    this.pause = EVERY;
    this.look();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async look() {
    try {
      const answer = await fetch(`/api/v1/exports/${this.getAttribute("export")}`, { headers: { Accept: "application/json" } });
      if (!answer.ok && answer.status < 500) return location.reload();
      const { state, progress } = await answer.json();
      if (state === "done" || state === "failed") return location.reload();
      this.querySelector("progress").value = progress;
      this.pause = EVERY;
    } catch {
      this.pause = Math.min(this.pause * 2, LONGEST);
    }
    if (this.isConnected) this.timer = setTimeout(() => this.look(), this.pause);
  }
}
