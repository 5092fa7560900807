/** The engine process: owns the GPU, answers EngineRequest over the parent's channel, and ends with its parent. */
import { serve } from '../core/channel.ts';
import type { EngineEvent, EngineRequest } from '../core/protocol.ts';
import { Engine } from './engine.ts';

const engine = new Engine();

serve<EngineRequest, EngineEvent>(
  {
    post: (message) => process.connected && process.send?.(message),
    onMessage: (listener) => process.on('message', listener),
  },
  (request, context) => engine.handle(request, context),
);

process.on('disconnect', () => process.exit(0));
