import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Whether this process should get requests. */
@Injectable()
export class Readiness {
  private draining = false;

  constructor(private readonly dataSource: DataSource) {}

  /** From now on: no, so that load balancers stop sending before the process ends. */
  drain(): void {
    this.draining = true;
  }

  /** Why not; empty when ready. */
  async obstacles(): Promise<string[]> {
    if (this.draining) return ['shutting down'];
    try {
      await this.dataSource.query('SELECT 1');
      return [];
    } catch {
      return ['database away'];
    }
  }
}
