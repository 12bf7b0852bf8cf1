import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { buildInfo } from '../operator/cluster/build-info.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** One request that has been answered, or whose caller went away. */
export interface AnsweredRequest {
  method: string;
  /** The route as the OpenAPI description writes it. Empty for an unknown path. */
  route: string;
  status: number;
  seconds: number;
}

/** The metrics of the REST server, in Prometheus' text format. */
export class ServerMetrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<'method' | 'route' | 'code'>;
  readonly #seconds: Histogram<'method' | 'route'>;
  /** Read on each scrape. */
  readonly gauges: readonly Gauge[];

  /** `underWay` is read on each scrape. */
  constructor(version: string, underWay: () => number) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Counter({
      name: 'bgtask_http_requests_total',
      help: 'Requests that were answered, by method, route and status code',
      labelNames: ['method', 'route', 'code'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'bgtask_http_request_duration_seconds',
      help: 'Time of one request; followed logs and events take as long as they are followed',
      labelNames: ['method', 'route'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600],
      registers,
    });
    this.gauges = [
      new Gauge({
        name: 'bgtask_http_requests_under_way',
        help: 'Requests of callers that are not answered yet, streams among them',
        registers,
        collect() {
          this.set(underWay());
        },
      }),
      buildInfo(version, this.#registry),
    ];
  }

  /** Counts a request. A method that HTTP does not define is counted as `other`: callers could make up any number. */
  answered({ method, route, status, seconds }: AnsweredRequest): void {
    const labels = { method: METHODS.has(method) ? method : 'other', route };
    this.#requests.inc({ ...labels, code: String(status) });
    this.#seconds.observe(labels, seconds);
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}
