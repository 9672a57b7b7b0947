// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';

// jsdom lays nothing out: lists that draw only what can be seen would draw nothing. Here all is large and visible.
const side = 400;

Element.prototype.getBoundingClientRect = () => ({
  x: 0,
  y: 0,
  top: 0,
  left: 0,
  width: side,
  height: side,
  right: side,
  bottom: side,
  toJSON: () => ({}),
});
Object.defineProperties(Element.prototype, { clientWidth: { value: side }, clientHeight: { value: side } });
Object.defineProperties(HTMLElement.prototype, { offsetWidth: { value: side }, offsetHeight: { value: side } });

globalThis.ResizeObserver = class {
  constructor(callback) {
    this.callback = callback;
  }
  observe(target) {
    // Fields are wide, what stands in them is not.
    const width = target.querySelector('input') ? side : 20;
    this.callback([{ target, contentRect: { ...target.getBoundingClientRect(), width } }], this);
  }
  unobserve() {}
  disconnect() {}
};

globalThis.IntersectionObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

HTMLCanvasElement.prototype.getContext = () => ({ measureText: (text) => ({ width: 8 * text.length }) });
