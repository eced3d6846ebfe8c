// Loaded by `node --import` before anything else: everything that asks JavaScript for the time of day is told a later one.
const aheadMs = Number(process.env.FAULT_CLOCK_AHEAD_MS ?? 0);
const now = () => performance.timeOrigin + performance.now() + aheadMs;

globalThis.Date = new Proxy(Date, {
  construct: (Real, args, target) => Reflect.construct(Real, args.length === 0 ? [now()] : args, target),
  apply: (Real) => new Real(now()).toString(),
  get: (Real, name, receiver) =>
    name === 'now' ? () => Math.floor(now()) : Reflect.get(Real, name, receiver),
});
