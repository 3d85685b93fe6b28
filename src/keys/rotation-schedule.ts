import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GatehouseError } from '../errors/gatehouse-error';
import { serves } from '../http/serves';
import { KeyRotation } from './key-rotation';

const LOOK_EVERY_MS = 3_600_000;

/** Rotates the keys when they are due, and deletes those whose time is over: at start and every hour. */
@Injectable()
export class RotationSchedule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RotationSchedule.name);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly rotation: KeyRotation,
    private readonly host: HttpAdapterHost,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!serves(this.host)) return;
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
    await this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  /** What fails is tried again in an hour: that there is time for. */
  look(): Promise<void> {
    return (this.looking ??= this.rotateDue().finally(() => (this.looking = undefined)));
  }

  private async rotateDue(): Promise<void> {
    try {
      await this.rotation.rotateDue({ requestId: randomUUID(), actor: 'schedule' });
    } catch (error) {
      // Another replica was first.
      if (error instanceof GatehouseError && error.code === 'conflict') return;
      this.logger.warn(`The signing keys were not rotated: ${String(error)}`);
    }
  }
}
