import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Gpu } from '../../src/engine/gpu/gpu.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What a device and this process hold. Bytes. */
export interface Holding {
  /** Of buffers that were made and not destroyed. */
  gpuBytes: number;
  buffers: number;
  /** Made, and still reachable by this process. */
  bindGroups: number;
  heapBytes: number;
  /** All memory of the process, a software adapter's "GPU memory" included. */
  residentBytes: number;
}

/** Counts what lives on a device from now on. */
export class Account {
  readonly #sizes = new Map<GPUBuffer, number>();
  #bindGroups = 0;

  constructor({ device }: Gpu) {
    const createBuffer = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = createBuffer(descriptor);
      this.#sizes.set(buffer, descriptor.size);
      const destroy = buffer.destroy.bind(buffer);
      buffer.destroy = () => {
        this.#sizes.delete(buffer);
        return destroy();
      };
      return buffer;
    };
    const collected = new FinalizationRegistry(() => this.#bindGroups--);
    const createBindGroup = device.createBindGroup.bind(device);
    device.createBindGroup = (descriptor) => {
      const group = createBindGroup(descriptor);
      this.#bindGroups++;
      collected.register(group, undefined);
      return group;
    };
  }

  /** What is held once all garbage is collected. */
  async holding(): Promise<Holding> {
    // Finalisers run in a task of their own, and what they let go of is garbage only then.
    for (let i = 0; i < 4; i++) {
      collect();
      await delay(5);
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    return {
      gpuBytes: [...this.#sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
      buffers: this.#sizes.size,
      bindGroups: this.#bindGroups,
      heapBytes: heapUsed + external,
      residentBytes: rss,
    };
  }
}
