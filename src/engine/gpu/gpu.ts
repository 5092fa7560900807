import { create, globals } from 'webgpu';
import { CoppiceError } from '../../core/errors.ts';
import type { Arithmetic, GpuAdapterInfo, Tier } from '../../core/protocol.ts';
import { type Said, said } from '../../core/said.ts';
import { Waiter } from './waiter.ts';

Object.assign(globalThis, globals);

/** Limits raised to what the adapter offers; the WebGPU defaults (128 MiB bindings) are too small for weights. */
const RAISED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxStorageBuffersPerShaderStage',
] as const;

/** Features that the fast tier is made of; asked for where the adapter has them. */
const WANTED_FEATURES = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix', 'timestamp-query'];

/** A subgroup-matrix configuration: C [M, N] += A [M, K] B [K, N]. */
export interface MatrixConfig {
  M: number;
  N: number;
  K: number;
}

/** What an adapter may have beyond WebGPU's core that kernels of the fast tier make use of, and can do without. */
export const EXTRAS = ['matrices', 'subgroups', 'f16'] as const;
export type Extra = (typeof EXTRAS)[number];

/** What the device can do beyond the portable tier. */
export interface Abilities {
  f16: boolean;
  /** Lanes of a subgroup, the fewest where their number varies; 0 without subgroups. */
  subgroupSize: number;
  subgroupsVary: boolean;
  /** f16 x f16 -> f32, the largest first; empty without subgroup matrices. */
  matrices: MatrixConfig[];
  /** i8 x i8 -> i32, in the same order. */
  integerMatrices: MatrixConfig[];
  timestamps: boolean;
}

/**
 * One WebGPU device and everything that must live as long as it: the instance that `create()` returns and the adapter
 * are fields because Dawn aborts the process once they are garbage-collected under a live device.
 */
export class Gpu {
  readonly device: GPUDevice;
  readonly info: GpuAdapterInfo;
  readonly abilities: Abilities;
  /** Commands are not checked as they are recorded. */
  readonly trusted: boolean;
  readonly #instance: GPU;
  readonly #adapter: GPUAdapter;
  #fault: CoppiceError | undefined;
  #failed = false;
  #disposed = false;
  readonly #waiter = new Waiter();
  #staging: GPUBuffer | undefined;

  private constructor(instance: GPU, adapter: GPUAdapter, device: GPUDevice, trusted: boolean, without: Set<Extra>) {
    this.trusted = trusted;
    this.#instance = instance;
    this.#adapter = adapter;
    this.device = device;
    this.info = describe(adapter);
    this.abilities = abilitiesOf(adapter, device, without);
    device.lost.then((lost) => {
      if (!this.#disposed) {
        this.#fault ??= new CoppiceError(
          'gpu-lost',
          lost.reason
            ? said`The GPU device was lost (${lost.reason}).`
            : said`The GPU device was lost (unknown reason).`,
          said`Run the command again; if it happens often, update the GPU driver or grow fewer candidates.`,
          lost.message,
        );
      }
    });
    device.onuncapturederror = ({ error }) => {
      this.#fault ??= faultOf(error);
    };
  }

  /**
   * Opens the best adapter: a real GPU first, a software adapter last. With `backend: 'null'` it checks kernels without
   * running any, on machines without a GPU too.
   * @throws CoppiceError `gpu-missing`, or `usage` where COPPICE_GPU_WITHOUT names something else
   */
  static async open(options: OpenOptions = {}): Promise<Gpu> {
    const without = new Set(options.without ?? extrasOf(process.env.COPPICE_GPU_WITHOUT));
    const instance = createInstance(options);
    const adapter =
      (await instance.requestAdapter({ powerPreference: 'high-performance' })) ??
      (await instance.requestAdapter({ forceFallbackAdapter: true }));
    if (!adapter) {
      throw new CoppiceError(
        'gpu-missing',
        said`No GPU adapter was found: neither a GPU driver with Vulkan, Metal or Direct3D 12 nor a software adapter.`,
        said`Install a GPU driver with Vulkan, or run \`npm run setup\`, which fetches the software adapter SwiftShader.`,
      );
    }
    const requiredLimits: Record<string, number> = {};
    for (const limit of RAISED_LIMITS) requiredLimits[limit] = adapter.limits[limit];
    const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[];
    const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
    return new Gpu(instance, adapter, device, options.trusted ?? false, without);
  }

  /** Every adapter that can be told apart: the preferred one and the software one. */
  static async list(): Promise<GpuAdapterInfo[]> {
    const instance = createInstance({});
    const found = [
      await instance.requestAdapter({ powerPreference: 'high-performance' }),
      await instance.requestAdapter({ powerPreference: 'low-power' }),
      await instance.requestAdapter({ forceFallbackAdapter: true }),
    ];
    const seen = new Map(
      found.filter((adapter) => adapter !== null).map((a) => [JSON.stringify(describe(a)), describe(a)]),
    );
    return [...seen.values()];
  }

  /** The tier that models run in where they can. A software adapter gains nothing from the fast one. */
  get tier(): Tier {
    return this.info.software ? 'portable' : 'fast';
  }

  /** What the fast tier's products are made with. */
  get arithmetic(): Arithmetic {
    const { f16, matrices } = this.abilities;
    if (matrices.length > 0) return 'f16 with tensor cores';
    return f16 ? 'f16 without tensor cores' : 'f32, of f16 weights';
  }

  get limits(): GPUSupportedLimits {
    return this.#adapter.limits;
  }

  /** True once the device has failed in any way: what lies on it can't be trusted, and its owner starts afresh. */
  get failed(): boolean {
    return this.#failed || this.#fault !== undefined;
  }

  /**
   * A zeroed buffer of `bytes`, rounded up to 4. Storage and copies in both directions are always allowed.
   * @throws CoppiceError `gpu-out-of-memory`
   */
  buffer(label: string, bytes: number): GPUBuffer {
    const size = Math.max(16, Math.ceil(bytes / 4) * 4);
    if (size > this.device.limits.maxStorageBufferBindingSize || size > this.device.limits.maxBufferSize) {
      throw new CoppiceError(
        'gpu-out-of-memory',
        said`${label} needs ${mib(size)} MiB in one buffer; this GPU adapter allows ${mib(this.device.limits.maxStorageBufferBindingSize)} MiB.`,
        said`Choose a smaller model, or grow fewer candidates.`,
      );
    }
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    return this.device.createBuffer({ label, size, usage: STORAGE | COPY_SRC | COPY_DST });
  }

  /** A buffer that holds `data`. */
  upload(label: string, data: Float32Array | Uint32Array | Int32Array): GPUBuffer {
    const buffer = this.buffer(label, data.byteLength);
    this.write(buffer, data);
    return buffer;
  }

  write(buffer: GPUBuffer, data: Float32Array | Uint32Array | Int32Array | Uint8Array, byteOffset = 0): void {
    this.device.queue.writeBuffer(buffer, byteOffset, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  }

  /** Runs `work` and turns a failed allocation inside it into `gpu-out-of-memory`, never into wrong numbers. */
  async allocating<T>(what: Said, work: () => T | Promise<T>): Promise<T> {
    this.check();
    this.device.pushErrorScope('out-of-memory');
    let error: GPUError | null = null;
    let result: T;
    try {
      result = await work();
    } finally {
      error = await this.wait(this.device.popErrorScope());
    }
    if (error) {
      this.#failed = true;
      throw faultOf(error, what);
    }
    this.check();
    return result;
  }

  /** Records and submits one command encoder. */
  submit(record: (encoder: GPUCommandEncoder) => void): void {
    this.check();
    const encoder = this.device.createCommandEncoder();
    record(encoder);
    this.device.queue.submit([encoder.finish()]);
  }

  /** Waits for a promise of Dawn's without keeping a core busy. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return this.#waiter.wait(promise);
  }

  /** Waits until all submitted work is done. */
  async settle(): Promise<void> {
    await this.wait(this.device.queue.onSubmittedWorkDone());
    this.check();
  }

  /** Reads `bytes` of a buffer back. Waits for all submitted work. */
  async read(buffer: GPUBuffer, bytes: number, byteOffset = 0): Promise<ArrayBuffer> {
    this.check();
    const size = Math.ceil(bytes / 4) * 4;
    if (!this.#staging || this.#staging.size < size) {
      this.#staging?.destroy();
      const { MAP_READ, COPY_DST } = GPUBufferUsage;
      this.#staging = this.device.createBuffer({ label: 'staging', size, usage: MAP_READ | COPY_DST });
    }
    const staging = this.#staging;
    this.submit((encoder) => encoder.copyBufferToBuffer(buffer, byteOffset, staging, 0, size));
    return this.mapped(staging, bytes);
  }

  /** The first `bytes` of a buffer with MAP_READ, once the work submitted before has filled it. */
  async mapped(staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    try {
      await this.wait(staging.mapAsync(GPUMapMode.READ, 0, Math.ceil(bytes / 4) * 4));
    } catch (error) {
      this.check();
      throw CoppiceError.wrap(error);
    }
    const copy = staging.getMappedRange(0, Math.ceil(bytes / 4) * 4).slice(0, bytes);
    staging.unmap();
    this.check();
    return copy;
  }

  async readFloats(buffer: GPUBuffer, count: number, byteOffset = 0): Promise<Float32Array> {
    return new Float32Array(await this.read(buffer, count * 4, byteOffset));
  }

  /** Throws the first fault the device reported, if any. */
  check(): void {
    if (this.#fault) throw this.#fault;
  }

  dispose(): void {
    this.#disposed = true;
    this.device.destroy();
    void this.#instance;
  }
}

export interface OpenOptions {
  /** Robust access stays on, for tests: an index error shows as a wrong number and not as a crash. */
  validation?: boolean;
  /** Commands are not checked as they are recorded, which halves what a dispatch costs the host: for kernels that were tried. */
  trusted?: boolean;
  /** Dawn's null back end, which runs nothing. */
  backend?: 'null';
  /** Leaves these alone where the adapter has them, to run the kernels for adapters that have not. */
  without?: readonly Extra[];
}

/** COPPICE_GPU_WITHOUT, a list with commas: what `without` is where nobody says. */
function extrasOf(text = ''): Extra[] {
  const names = text.split(',').filter((name) => name !== '');
  return names.map((name) => {
    const extra = EXTRAS.find((known) => known === name);
    if (extra) return extra;
    throw new CoppiceError(
      'usage',
      said`COPPICE_GPU_WITHOUT names ${name}, which nothing can do without.`,
      said`Name some of ${EXTRAS.join(', ')}, with commas.`,
    );
  });
}

function createInstance({ validation, trusted, backend }: OpenOptions): GPU {
  const enabled = [
    ...['allow_unsafe_apis', 'vulkan_enable_f16_on_nvidia'],
    ...(validation ? [] : ['disable_robustness']),
    ...(trusted ? ['skip_validation'] : []),
  ];
  return create([
    `enable-dawn-features=${enabled.join(',')}`,
    'disable-dawn-features=timestamp_quantization',
    ...(backend ? [`backend=${backend}`] : []),
  ]);
}

function abilitiesOf(adapter: GPUAdapter, device: GPUDevice, without: Set<Extra>): Abilities {
  const has = (feature: string, extra?: Extra) => device.features.has(feature) && !(extra && without.has(extra));
  const { subgroupMinSize = 0, subgroupMaxSize = 0, subgroupMatrixConfigs = [] } = adapter.info as Info;
  const [f16, hasSubgroups] = [has('shader-f16', 'f16'), has('subgroups', 'subgroups')];
  const subgroupsVary = hasSubgroups && subgroupMinSize !== subgroupMaxSize;
  const hasMatrices = has('chromium-experimental-subgroup-matrix', 'matrices') && hasSubgroups && !subgroupsVary && f16;
  const configs = hasMatrices ? [...subgroupMatrixConfigs] : [];
  const matricesOf = (component: string, result: string): MatrixConfig[] =>
    configs
      .filter(({ componentType, resultComponentType }) => componentType === component && resultComponentType === result)
      .map(({ M, N, K }) => ({ M, N, K }))
      .sort((a, b) => b.M * b.N * b.K - a.M * a.N * a.K);
  const matrices = matricesOf('f16', 'f32');
  // A lane or two have a row of a matrix: of one that is higher than a subgroup has lanes, some would have none.
  const fits = matrices[0] !== undefined && matrices[0].M <= subgroupMinSize;
  return {
    f16,
    subgroupSize: hasSubgroups ? subgroupMinSize : 0,
    subgroupsVary,
    matrices: fits ? matrices : [],
    integerMatrices: fits ? matricesOf('i8', 'i32') : [],
    timestamps: has('timestamp-query'),
  };
}

/** Subgroup matrices are not in the published WebGPU typings yet. */
interface Info extends GPUAdapterInfo {
  subgroupMatrixConfigs?: Iterable<MatrixConfig & { componentType: string; resultComponentType: string }>;
}

function describe(adapter: GPUAdapter): GpuAdapterInfo {
  const { vendor, device, description, isFallbackAdapter } = adapter.info;
  const software = isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${device} ${description}`);
  const backend = { darwin: 'Metal', win32: 'Direct3D 12' }[process.platform as string] ?? 'Vulkan';
  return { vendor, device, description, backend, software };
}

function faultOf(error: GPUError, what = said`The GPU`): CoppiceError {
  if (error.constructor.name === 'GPUOutOfMemoryError') {
    return new CoppiceError(
      'gpu-out-of-memory',
      said`${what} does not fit into GPU memory.`,
      said`Grow fewer candidates, choose a smaller model, or close other programs that use the GPU.`,
      error.message,
    );
  }
  return new CoppiceError(
    'internal',
    said`The GPU rejected a command.`,
    said`Report this with the log.`,
    error.message,
  );
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
