// The worker that runs Python, one for the page: started at the first Run, ended by Stop.

// Ask for a worker of modules; an old browser does not look at the option, and starts none of use.
function startWorker(address) {
  let asked = false;
  const options = {
    get type() {
      asked = true;
      return "module";
    },
  };
  const worker = new Worker(address, options);
  if (asked) return worker;
  worker.terminate();
  return null;
}

export class Python {
  constructor(address) {
    this.address = address;
    this.worker = this.listener = null;
  }

  start() {
    this.worker = startWorker(this.address);
    if (!this.worker) return;
    this.worker.onmessage = ({ data }) =>
      this.hear(data.failed ? { failed: said(...data.failed) } : data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      const failed = said("The file worker.mjs is missing or broken. Reload the page to try again.");
      this.hear({ failed });
    };
  }

  // Tell the listener; a worker that failed is of no use, the next Run starts another.
  hear(message) {
    const { listener } = this;
    if (message.failed) this.end();
    if (message.failed || message.ended) this.listener = null;
    listener?.(message);
  }

  run(program, listener) {
    if (this.listener) this.stop();
    if (!this.worker) this.start();
    if (!this.worker) {
      const failed = said(
        "This browser is too old: it has no module workers, which Python needs here.",
      );
      return listener({ failed });
    }
    this.listener = listener;
    this.worker.postMessage(program);
  }

  // End what runs, and start Python anew for the next program.
  stop() {
    const { listener } = this;
    this.end();
    this.listener = null;
    this.start();
    listener?.({ stopped: true });
  }

  end() {
    this.worker?.terminate();
    this.worker = null;
  }
}
