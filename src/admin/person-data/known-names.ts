import type { EntityManager } from 'typeorm';
import { userName } from '../../tokens/subject-name';
import type { UserEntity } from '../../users/user.entity';

/** How the audit trail may name a person. */
export interface KnownNames {
  /** As a subject or an actor. */
  readonly subjects: readonly string[];
  /** Whatever else means nobody but the person, in any text. */
  readonly anywhere: readonly string[];
  /** In texts about the person only: elsewhere it may be a word. */
  readonly amongItsOwn: readonly string[];
}

export function namesOf(user: UserEntity): KnownNames {
  const { id, domain, username, email } = user;
  const qualified = [userName(user), `${domain}\\${username}`, `${username}@${domain}`];
  const anywhere = [...qualified, id, ...(email === '' ? [] : [email])];
  return { subjects: [userName(user), id], anywhere, amongItsOwn: [username] };
}

/** Of one whose account is gone but who is still in the trail; undefined when nobody of that id is there. */
export async function namesInTrail(manager: EntityManager, userId: string): Promise<KnownNames | undefined> {
  const [found] = await manager.query<{ name: string }[]>(
    `SELECT domains.name || ':' || $1 AS name FROM domains
     WHERE EXISTS (SELECT 1 FROM audit_events WHERE subject = domains.name || ':' || $1) LIMIT 1`,
    [userId],
  );
  if (found === undefined) return undefined;
  return { subjects: [found.name, userId], anywhere: [found.name, userId], amongItsOwn: [] };
}
