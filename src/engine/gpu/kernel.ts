import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { CoppiceError } from '../../core/errors.ts';
import { said } from '../../core/said.ts';
import { DOCTOR } from '../../core/ways.ts';
import type { Abilities, Gpu } from './gpu.ts';
import { expand } from './template.ts';

/** Named constants of a kernel: they are declared in front of its source as WGSL `const`, u32 for integers that are not said to be f32. */
export type Constants = Record<string, number | Float>;
interface Float {
  float: number;
}

/** What a kernel needs of WGSL beyond its core; an adaptable one makes do without f16 and subgroups where there are none. */
export type Dialect = 'core' | 'subgroups' | 'adaptable' | 'matrices';

function enabled(dialect: Dialect, { f16, subgroupSize }: Abilities): string[] {
  switch (dialect) {
    case 'core':
      return [];
    case 'subgroups':
      return ['enable subgroups;'];
    case 'adaptable':
      return [...(f16 ? ['enable f16;'] : []), ...(subgroupSize > 0 ? ['enable subgroups;'] : [])];
    case 'matrices':
      return [
        ...['enable f16;', 'enable subgroups;'],
        'enable chromium_experimental_subgroup_matrix;',
        // Every subgroup takes the same way, but Dawn cannot see that of offsets that depend on the subgroup's number.
        'diagnostic(off, chromium.subgroup_matrix_uniformity);',
      ];
  }
}

const BINDING_TYPES: Record<string, GPUBufferBindingType> = { r: 'read-only-storage', w: 'storage', u: 'uniform' };

/** A dispatch with all that it needs, made once and recorded many times. */
export interface Dispatch {
  /** The kernel's, for profiles. */
  name: string;
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
  workgroups: [x: number, y: number, z: number];
}

/** Bind groups by the buffers bound, one level a binding. A group is forgotten with any of its buffers. */
interface BoundBuffers {
  group?: GPUBindGroup;
  next: WeakMap<GPUBuffer, BoundBuffers>;
}

/** Sources lie in `kernels/`: beside the bundle when packaged, at the top of the checkout otherwise. */
const FOLDERS = ['./kernels/', '../../../kernels/'];

/** One compiled entry point of a WGSL file, with its bind groups. */
export class Kernel {
  readonly #gpu: Gpu;
  readonly #name: string;
  readonly #pipeline: GPUComputePipeline;
  readonly #layout: GPUBindGroupLayout;
  readonly #bound: BoundBuffers = { next: new WeakMap() };

  private constructor(gpu: Gpu, name: string, pipeline: GPUComputePipeline, layout: GPUBindGroupLayout) {
    this.#gpu = gpu;
    this.#name = name;
    this.#pipeline = pipeline;
    this.#layout = layout;
  }

  /**
   * Compiles `kernels/<name>.wgsl`, or `source` where it is given. `access` gives each binding in order: 'r' read-only
   * storage, 'w' read-write.
   * Per-dispatch numbers are `immediates` bytes of immediate data (at most 64).
   */
  static async compile(
    gpu: Gpu,
    name: string,
    access: string,
    options: {
      constants?: Constants;
      immediates?: number;
      libraries?: string[];
      dialect?: Dialect;
      source?: string;
    } = {},
  ): Promise<Kernel> {
    const { constants = {}, immediates = 0, dialect = 'core', source = kernelSource(name) } = options;
    const declared = Object.entries(constants).map(([key, value]) => `const ${key} = ${literal(value)};`);
    const sources = [...(options.libraries ?? []).map(kernelSource), source].map((text) => expand(text, constants));
    const code = [...enabled(dialect, gpu.abilities), ...declared, ...sources].join('\n');
    const { device } = gpu;
    // What the adapter refuses is this kernel's error; the scope keeps it from counting as a fault of the device.
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ label: name, code });
    const layout = device.createBindGroupLayout({
      label: name,
      entries: [...access].map((mode, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: BINDING_TYPES[mode]! },
      })),
    });
    const pipelineLayout = device.createPipelineLayout({
      bindGroupLayouts: [layout],
      immediateSize: immediates,
    } as GPUPipelineLayoutDescriptor);
    const rejected = await gpu.wait(device.popErrorScope());
    try {
      if (rejected) throw new Error(rejected.message);
      const compute = { module, entryPoint: 'main' };
      const pipeline = await gpu.wait(
        device.createComputePipelineAsync({ label: name, layout: pipelineLayout, compute }),
      );
      return new Kernel(gpu, name, pipeline, layout);
    } catch (error) {
      throw new CoppiceError(
        'gpu-self-test',
        said`The kernel ${name} does not compile on ${gpu.info.description || gpu.info.device}.`,
        said`Update the GPU driver; ${DOCTOR} shows which kernels fail.`,
        error,
      );
    }
  }

  /** Dispatches `groups` workgroups over the given buffers. */
  run(
    pass: GPUComputePassEncoder,
    buffers: GPUBuffer[],
    groups: [x: number, y?: number, z?: number],
    immediates?: Uint32Array<ArrayBuffer>,
  ): void {
    if (groups[0] === 0 || groups[1] === 0 || groups[2] === 0) return;
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#bind(buffers));
    if (immediates) (pass as unknown as ImmediatePass).setImmediates(0, immediates);
    pass.dispatchWorkgroups(...groups);
  }

  /** A dispatch over fixed resources; a uniform binding is a range of a buffer. */
  prepare(
    resources: (GPUBuffer | GPUBufferBinding)[],
    [x, y = 1, z = 1]: [x: number, y?: number, z?: number],
  ): Dispatch {
    const entries = resources.map((resource, binding) => ({
      binding,
      resource: 'buffer' in resource ? resource : { buffer: resource },
    }));
    const group = this.#gpu.device.createBindGroup({ layout: this.#layout, entries });
    return { name: this.#name, pipeline: this.#pipeline, group, workgroups: [x, y, z] };
  }

  #bind(buffers: GPUBuffer[]): GPUBindGroup {
    let bound = this.#bound;
    for (const buffer of buffers) {
      let next = bound.next.get(buffer);
      if (!next) {
        next = { next: new WeakMap() };
        bound.next.set(buffer, next);
      }
      bound = next;
    }
    bound.group ??= this.#gpu.device.createBindGroup({
      layout: this.#layout,
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return bound.group;
  }
}

/** Records prepared dispatches in their order. */
export function record(pass: GPUComputePassEncoder, dispatches: Dispatch[]): void {
  for (const { pipeline, group, workgroups } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
  }
}

/** Immediate data is not in the published WebGPU typings yet. */
interface ImmediatePass {
  setImmediates(offset: number, data: Uint32Array): void;
}

/** The text of `kernels/<name>.wgsl`. */
export function kernelSource(name: string): string {
  return fromKernels(`${name}.wgsl`, (folder) => readFileSync(new URL(`${name}.wgsl`, folder), 'utf8'));
}

/** A digest of all kernels: what was proven of others says nothing of these. */
export function kernelsDigest(): string {
  return fromKernels('*.wgsl', (folder) => {
    const hash = createHash('sha256');
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(new URL(name, folder)));
    return hash.digest('hex');
  });
}

function fromKernels<T>(wanted: string, read: (folder: URL) => T): T {
  for (const folder of FOLDERS) {
    try {
      return read(new URL(folder, import.meta.url));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new CoppiceError('internal', said`The kernel file ${wanted} is missing.`, said`Install Coppice again.`);
}

/** Immediate words; floats go in by their bits. */
export function words(...values: (number | Float)[]): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(values.length);
  const floats = new Float32Array(out.buffer);
  values.forEach((value, i) => {
    if (typeof value === 'number') out[i] = value;
    else floats[i] = value.float;
  });
  return out;
}

function literal(value: number | Float): string {
  if (typeof value !== 'number') return `f32(${value.float})`;
  return Number.isInteger(value) ? `${value}u` : `${value}f`;
}
