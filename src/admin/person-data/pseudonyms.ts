import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ServiceSecrets } from '../../keys/service-secrets';

/** Names that stand in the audit trail for people who were erased. */
@Injectable()
export class Pseudonyms {
  constructor(private readonly secrets: ServiceSecrets) {}

  /**
   * Always the same for a user id; nobody can work it out, or try ids, without the service's secret. It has no colon: it
   * is no name of a user or a client.
   */
  async of(userId: string): Promise<string> {
    const key = await this.secrets.get('pseudonyms of erased people');
    return `erased-${createHmac('sha256', key).update(userId).digest('base64url')}`;
  }
}
