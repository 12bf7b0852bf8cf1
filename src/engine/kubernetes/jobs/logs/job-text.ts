import { type Stage, STAGES } from '../../../../domain/report.ts';
import { LogText } from '../../../local/jobs/log-text.ts';
import { type JobResources, readJob } from '../direct-reads.ts';
import type { SessionKey } from '../job-names.ts';
import { isFinished, newestPod, type SeenPod } from '../job-seen.ts';
import { JobWatch } from '../job-watch.ts';
import { containerLog, type StreamTimes } from './container-log.ts';
import type { LogArchive } from '../archive/log-archive.ts';
import { PodView } from './pod-view.ts';

export interface JobTextOptions {
  resources: JobResources;
  archive: LogArchive;
  follow: boolean;
  signal: AbortSignal;
  times?: Partial<StreamTimes>;
}

/** The line in a followed log where the cluster removed a pod and the task started again. */
const REPLACED = '[the cluster removed the pod; the task starts again in another pod]\n';

/** A session's log in pieces: of its Job's pod, stage after stage; from the archive when the pod is gone. With follow: until the Job has finished. */
export async function* jobText(key: SessionKey, options: JobTextOptions): AsyncGenerator<string> {
  if (options.follow) return yield* followed(key, options);
  const job = await readJob(options.resources, key);
  const pod = newestPod(job?.pods ?? []);
  const text = pod
    ? podText(new PodView(pod, options.signal), options)
    : options.archive.read(key, options.signal);
  for await (const piece of text) {
    if (options.signal.aborted) return;
    yield piece;
  }
}

async function* followed(key: SessionKey, options: JobTextOptions): AsyncGenerator<string> {
  const { resources, archive, signal } = options;
  const watch = await JobWatch.open(resources, key, signal);
  const reader = new Reader(options);
  try {
    for (let job = watch.job; job && !signal.aborted; job = watch.job) {
      const pod = newestPod(job.pods);
      if (pod && reader.isNew(pod)) yield* reader.read(watch.view(pod));
      else if (job.jobGone || isFinished({ ...job, live: { logTail: '' }, now: new Date() })) break;
      else await watch.changed();
    }
  } finally {
    watch.close();
  }
  if (reader.complete || signal.aborted) return;
  let ahead = reader.length;
  for await (const piece of archive.read(key, signal)) {
    if (piece.length > ahead) yield piece.slice(ahead);
    ahead = Math.max(0, ahead - piece.length);
  }
}

/** What a caller that follows a Job's log has read of it. */
class Reader {
  readonly #options: JobTextOptions;
  readonly #read = new Set<string>();
  /** UTF-16 units of the newest pod's log. */
  length = 0;
  /** False when a pod was gone before its log was read, and when there was none. */
  complete = false;

  constructor(options: JobTextOptions) {
    this.#options = options;
  }

  isNew({ pod }: SeenPod): boolean {
    return !this.#read.has(pod.metadata.uid ?? '');
  }

  async *read(view: PodView): AsyncGenerator<string> {
    const { metadata } = view.seen.pod;
    if (this.length > 0) yield REPLACED;
    this.#read.add(metadata.uid ?? '');
    this.length = 0;
    for await (const piece of podText(view, this.#options)) {
      if (this.#options.signal.aborted) return;
      this.length += piece.length;
      yield piece;
    }
    this.complete = !view.seen.gone;
  }
}

/** The log of a pod's stages without events, each ending in a newline. */
async function* podText(view: PodView, options: JobTextOptions): AsyncGenerator<string> {
  for (const stage of STAGES) yield* stageText(view, stage, options);
}

async function* stageText(
  view: PodView,
  stage: Stage,
  { resources, signal, follow, times }: JobTextOptions,
): AsyncGenerator<string> {
  const log = new LogText();
  const pod = view.seen.pod.metadata;
  let last = '\n';
  const source = { pods: resources.pods, pod, container: stage, view: view.of(stage), signal, follow, times };
  for await (const bytes of containerLog(source)) {
    const { text } = log.push(bytes);
    if (text) yield (last = text);
  }
  const { text } = log.end();
  if (text) yield (last = text);
  if (!last.endsWith('\n') && !signal.aborted) yield '\n';
}
