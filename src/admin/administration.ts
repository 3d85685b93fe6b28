import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller';
import type { AuditAction, AuditEvent } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { GatehouseError } from '../errors/gatehouse-error';
import { Changes } from '../database/changes';
import { UnitOfWork } from '../database/unit-of-work';

/** Who changes something, and with which request. */
export interface Administrator {
  readonly caller: Caller;
  readonly requestId: string;
  readonly address: string;
}

export type ChangeEvent = Pick<AuditEvent, 'orgId' | 'clientId' | 'subject' | 'reason' | 'family'> & {
  readonly action: AuditAction;
};

/** Makes changes, each together with its event in the audit trail. */
@Injectable()
export class Administration {
  constructor(
    private readonly work: UnitOfWork,
    private readonly audit: AuditLog,
    private readonly changes: Changes,
  ) {}

  /**
   * Runs `change` in a transaction. What it records is committed with it or not at all. Once it resolves, this process
   * knows of the change: whoever asks it next is not answered from before.
   * @param change is given the transaction, and a function that records an event; none: nothing was changed
   * @throws what `change` throws; that the caller may not, is in the audit trail by then
   */
  change<T>(
    administrator: Administrator,
    change: (transaction: EntityManager, record: (event: ChangeEvent) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const { caller, requestId, address } = administrator;
    const common = () => ({ at: new Date(), requestId, address, actor: caller.name });
    const done = this.work.run((transaction) =>
      change(transaction, (event) => this.audit.appendIn(transaction, { ...common(), outcome: 'allowed', ...event })),
    );
    const known = done.then(async (result) => {
      await this.changes.settled();
      return result;
    });
    return known.catch(async (error: unknown) => {
      if (error instanceof GatehouseError && error.code === 'insufficient_scope') {
        const refusal = {
          action: 'access.refuse',
          outcome: 'refused',
          error: error.code,
          reason: error.detail,
        } as const;
        await this.audit.append({ ...common(), ...refusal, orgId: caller.token.orgId });
      }
      throw error;
    });
  }
}
