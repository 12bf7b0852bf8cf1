import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../../engine/local/jobs/remove-tree.ts';
import { untrustedEnv, withoutProxy } from '../environment.ts';
import { WITHOUT_NETWORK } from '../egress/room-network.ts';
import { sharedFolders } from '../home/caches.ts';
import type { Layer, Room, Rooms, RoomView } from '../room/room.ts';
import { inWorkspace, type StageContext } from '../stage-context.ts';
import type { PhaseNetwork, Use, WayOut } from './phase-network.ts';

/**
 * The phases of a work stage. Each has a room of its own, and all but the first a checkout and a home of its own: `install` prepares what `agent`
 * works in, `change` is where the checks judge the change, `base` is where they run to compare.
 */
export type Phase = 'install' | 'agent' | 'change' | 'base';

/** Where untrusted programs of a phase run. */
export interface Space {
  room: Room;
  /** Their whole environment. */
  env: Record<string, string>;
  /** The same for commands that install dependencies, where those may reach more. */
  install?: Space;
  /** Where the model gateway listens for programs of the space, and the port that leads to it. */
  model?: WayOut['model'];
}

/** The folders that each phase has at the same paths: programs note where they are installed. */
type Folder = 'checkout' | 'home';
const FOLDERS: readonly Folder[] = ['checkout', 'home'];

/** The phase whose folders a phase uses. */
const tree = (phase: Phase): Phase => (phase === 'install' ? 'agent' : phase);

/** Gives the checkout's and the home's paths to one phase after the other, so that what one left behind is out of the way of the next. */
export class Phases {
  readonly #context: StageContext;
  readonly #rooms: Rooms;
  readonly #tmp: string;
  readonly #network: PhaseNetwork | undefined;
  readonly #spaces = new Map<Phase, Space>();
  #current: Phase = 'install';
  /** Folders with what the install phase changed in shared folders, by the shared folder. */
  #installed = new Map<string, string>();
  #count = 0;

  /**
   * @param tmp A folder for the folders for temporary files.
   * @param network Opens the proxy through which a room reaches other hosts. Absent if rooms share the network of the machine.
   */
  constructor(context: StageContext, rooms: Rooms, tmp: string, network?: PhaseNetwork) {
    this.#context = context;
    this.#rooms = rooms;
    this.#tmp = tmp;
    this.#network = network;
  }

  /** Ends every connection of its rooms. */
  async close(): Promise<void> {
    await this.#network?.close();
  }

  /** What keeps the programs of each phase apart. */
  get kind(): Room['kind'] {
    return this.#rooms.kind;
  }

  /** The space of the phase that has the folders now. */
  get space(): Space {
    const space = this.#spaces.get(this.#current);
    if (!space) throw new Error(`The phase ${this.#current} was not opened.`);
    return space;
  }

  /** Where a phase's folder lies while another phase has its path. */
  kept(phase: Phase, folder: Folder): string {
    return join(inWorkspace(this.#context.paths.workspace).phases, tree(phase), folder);
  }

  /** Makes a new space for a phase: nothing that ran in the phase before is seen there. */
  async open(phase: Phase): Promise<void> {
    const place = inWorkspace(this.#context.paths.workspace);
    this.#count += 1;
    const name = `${phase}-${this.#count}`;
    // Short, because paths of Unix sockets are: see openTemporary.
    const tmp = join(this.#tmp, String(this.#count));
    await mkdir(tmp, { mode: 0o700 });
    const view = {
      writable: [place.checkout, place.home],
      readable: [place.base, place.modules, place.lfs],
      layers: await this.#layers(join(place.phases, 'layers', name), phase),
      tmp,
    };
    const isJudging = phase === 'change' || phase === 'base';
    const space = await this.#space(view, isJudging ? 'checks' : phase);
    this.#spaces.set(phase, isJudging ? { ...space, install: await this.#space(view, 'install') } : space);
  }

  async #space(view: RoomView, use: Use): Promise<Space> {
    const { env, input, paths } = this.#context;
    const way = await this.#network?.wayOut(use, join(this.#tmp, `${this.#count}${use.charAt(0)}`));
    const room = this.#rooms.make(way ? { ...view, sockets: way.sockets } : view);
    const { home } = inWorkspace(paths.workspace);
    const clean = untrustedEnv({ env, home, tmp: room.tmp, pass: input.passEnv });
    const own = this.#network ? { ...withoutProxy(clean), ...(way?.variables ?? WITHOUT_NETWORK) } : clean;
    return { room, env: own, ...(way && use === 'agent' && { model: way.model }) };
  }

  /** Gives the folders to a phase that was opened. */
  async enter(phase: Phase): Promise<void> {
    if (tree(phase) !== tree(this.#current)) {
      const place = inWorkspace(this.#context.paths.workspace);
      for (const folder of FOLDERS) {
        await mkdir(join(place.phases, tree(this.#current)), { recursive: true, mode: 0o700 });
        await rename(place[folder], this.kept(this.#current, folder));
        await rename(this.kept(phase, folder), place[folder]);
      }
    }
    this.#current = phase;
  }

  /** Removes the folders of a phase that has not got their paths. */
  async discard(phase: Phase): Promise<void> {
    await removeTree(join(inWorkspace(this.#context.paths.workspace).phases, tree(phase)));
  }

  async #layers(folder: string, phase: Phase): Promise<Layer[]> {
    const layers: Layer[] = [];
    if (!this.#rooms.hasLayers) return layers;
    for (const path of sharedFolders(this.#context.env)) {
      const own = join(folder, String(layers.length));
      const [upper, work] = [join(own, 'changes'), join(own, 'work')];
      await mkdir(upper, { recursive: true, mode: 0o700 });
      await mkdir(work, { mode: 0o700 });
      const below = this.#installed.get(path);
      layers.push({ path, below: below ? [below] : [], upper, work });
      if (phase === 'install') this.#installed.set(path, upper);
    }
    return layers;
  }
}
