import type { JudgeEvent, JudgeRequest, JudgeResults } from '../core/protocol.ts';
import { Service, type ServiceOptions } from './service.ts';

/** The judge process, as its callers see it. */
export class JudgeClient extends Service<JudgeRequest, JudgeResults, JudgeEvent> {
  constructor(options: ServiceOptions = {}) {
    super('judge', 'judge-crashed', options);
  }
}
