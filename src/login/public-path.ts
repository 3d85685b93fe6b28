import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration';

/** The paths of this service as browsers see them: a proxy may serve it under a path, which the issuer then has. */
@Injectable()
export class PublicPath {
  private readonly prefix: string;

  constructor({ issuers }: Configuration) {
    this.prefix = new URL(issuers.oauth).pathname.replace(/\/$/, '');
  }

  /** @param path that the service itself knows */
  of(path: string): string {
    return `${this.prefix}${path}`;
  }
}
