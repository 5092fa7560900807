import type { RadixCache } from '../src/engine/cache/radix.ts';
import type { Gpu } from '../src/engine/gpu/gpu.ts';
import type { ForwardPass, Stepper, StepRequest } from '../src/engine/model/forward-pass.ts';
import { type Drawn, Sampler } from '../src/engine/sample/sampler.ts';

/** Decode steps of a tier that has no stepper of its own, as the decoder makes them: a pass, a draw, and the host in between. */
export class HostStepper implements Stepper {
  readonly #model: ForwardPass;
  readonly #sampler: Sampler;
  readonly #cache: RadixCache;
  #last: Drawn[] = [];

  private constructor(model: ForwardPass, sampler: Sampler, cache: RadixCache) {
    this.#model = model;
    this.#sampler = sampler;
    this.#cache = cache;
  }

  static async create(gpu: Gpu, model: ForwardPass, cache: RadixCache): Promise<HostStepper> {
    return new HostStepper(model, await Sampler.create(gpu), cache);
  }

  stepsFor(): number {
    return 1;
  }

  async submit({ rows, steps, sampling, reproducible }: StepRequest) {
    const { config, logitsPitch } = this.#model;
    const drawn: Drawn[][] = [];
    for (let step = 0; step < steps; step++) {
      const places = rows.map(({ branch, index, token }, row) => {
        const at = index + step;
        const id =
          step === 0 && 'id' in token ? token.id : this.#last[step === 0 && 'row' in token ? token.row : row]!.token;
        // A branch that was cut back keeps its tokens: what lies behind a row's position is masked.
        while (branch.tokens.length <= at) this.#cache.append(branch, id);
        return { token: id, position: branch.start + at, slot: branch.slots[at]!, node: branch };
      });
      const logits = await this.#model.forward(places, [...places.keys()], undefined, reproducible);
      const draws = rows.map(({ candidate }, row) => ({ row, candidate, position: places[row]!.position + 1 }));
      this.#last = await this.#sampler.draw(logits, config.vocabulary, draws, sampling, logitsPitch);
      drawn.push(this.#last);
    }
    return { drawn: Promise.resolve(drawn) };
  }

  dispose(): void {
    this.#sampler.dispose();
  }
}
