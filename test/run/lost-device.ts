/** Loaded into an engine process before its own code: on SIGUSR2 its GPU device is gone, as after a driver's crash. */
import { Gpu } from '../../src/engine/gpu/gpu.ts';

const open = Gpu.open;
const opened: Gpu[] = [];
Gpu.open = async (...options) => {
  const gpu = await open.apply(Gpu, options);
  opened.push(gpu);
  return gpu;
};
process.on('SIGUSR2', () => opened.at(-1)?.device.destroy());
