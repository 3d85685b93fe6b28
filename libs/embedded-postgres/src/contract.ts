export interface EmbeddedPostgresOptions {
  /**
   * The folder of the data, made on the first start and kept between starts. It is renamed into place when it is
   * complete, so it can lie inside a mounted volume but not be the mount point. A second folder, `<dataDir>.run`, holds
   * the socket. As root, a folder that PostgreSQL's account cannot enter is replaced by one in /var/lib (see `onLog`).
   */
  dataDir: string;
  /** Created when it is missing. */
  database: string;
  /** Super user, `postgres` unless told. Fixed by the first start: another name later cannot log in. */
  user?: string;
  /**
   * Listen on this port of 127.0.0.1, and on no socket. Without it: a Unix socket and no TCP port at all, except on
   * Windows and for a path too long for a socket, where a free port is taken.
   */
  port?: number;
  /** Gets PostgreSQL's own log, line by line, and this library's remarks. */
  onLog?: (line: string) => void;
  /**
   * PostgreSQL settings, by name. The ones about logging must leave "ready to accept connections" on stderr: the
   * start waits for that line.
   */
  settings?: Record<string, string>;
  /** For data that may be lost: PostgreSQL does not wait for the disk. A crash of the machine may ruin the folder. */
  ephemeral?: boolean;
}

/** Fits `pg` and TypeORM. */
export interface EmbeddedPostgresConnection {
  /** The folder of the Unix socket (`pg` takes a host that begins with a slash as such), or 127.0.0.1. */
  host: string;
  port: number;
  user: string;
  /** Random, made on the first start and kept in the data folder: the same after every start. */
  password: string;
  database: string;
}

export interface EmbeddedPostgresExit {
  /** 128 + the signal's number when a signal ended PostgreSQL; null when one ended the shell that guards it. */
  code: number | null;
  /** True only after stop() was called. */
  expected: boolean;
}

export interface EmbeddedPostgresHandle {
  readonly connection: EmbeddedPostgresConnection;
  /** Of PostgreSQL's first process, the postmaster. */
  readonly pid: number;
  /** Resolves, and never rejects, when PostgreSQL has ended for whatever reason. Does not keep this process alive. */
  readonly exited: Promise<EmbeddedPostgresExit>;
  /**
   * Resolves when PostgreSQL has ended; may be called again. Close your own connections first: PostgreSQL waits 3 s
   * for its clients to leave, then it cuts them off.
   */
  stop(): Promise<void>;
}
