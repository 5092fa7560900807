import type { EngineEvent, EngineRequest, EngineResults } from '../core/protocol.ts';
import { Service, type ServiceOptions } from './service.ts';
import { softwareAdapterEnvironment } from './software-adapter.ts';

/** The engine process, as its callers see it. */
export class EngineClient extends Service<EngineRequest, EngineResults, EngineEvent> {
  constructor(options: ServiceOptions = {}) {
    super('engine', 'engine-crashed', { ...options, env: { ...softwareAdapterEnvironment(), ...options.env } });
  }
}
