/** What JupyterLab's modules expect of a browser and jsdom lacks. */

class DragEvent extends MouseEvent {}

class ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

Object.assign(window, {
  DragEvent,
  ResizeObserver,
  matchMedia: () => new EventTarget(),
  requestIdleCallback: (run: () => void) => window.setTimeout(run),
  cancelIdleCallback: (handle: number) => window.clearTimeout(handle)
});

export {};
