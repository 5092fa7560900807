import { type Port, serve } from '../core/channel.ts';
import type { JudgeEvent, JudgeRequest } from '../core/protocol.ts';
import { Judge } from './judge.ts';

/**
 * The judge process: started with `child_process.fork`, it serves `JudgeRequest`s over the channel and ends, with
 * everything it started, when its parent is gone.
 */
const judge = new Judge();
const end = (exitCode: number) => {
  judge.dispose();
  process.exit(exitCode);
};

process.once('disconnect', () => end(0));
process.once('SIGTERM', () => end(143));
process.once('SIGINT', () => end(130));

const parent: Port = {
  post: (message) => void process.send?.(message),
  onMessage: (listener) => void process.on('message', listener),
};
serve<JudgeRequest, JudgeEvent>(parent, (request, context) => judge.handle(request, context));
