// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';

// jsdom lays nothing out: lists that draw only what can be seen would draw nothing.
Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 400, 400);
globalThis.DOMRect ??= class {
  constructor(x, y, width, height) {
    Object.assign(this, { x, y, width, height, top: y, left: x, right: x + width, bottom: y + height });
  }
};
