/** The columns that a roster can have. */
export const COLUMNS = ['user', 'email', 'role', 'resource-group', 'state', 'expires'] as const;

export type Column = (typeof COLUMNS)[number];

/**
 * The headings that name a column (interface.md, section 1, "Columns"), in any case and punctuation; a plural
 * and a number behind count as the same. After English come the usual words of German, French, Spanish,
 * Portuguese, Italian, Japanese and Chinese.
 */
export const NAMES: Readonly<Record<Column, readonly string[]>> = {
  user: [
    ...['user', 'username', 'login', 'hf username', 'hf user', 'hugging face username', 'hugging face user'],
    ...['benutzer', 'benutzername', 'nutzer', 'nutzername', 'anmeldename'],
    ...['utilisateur', "nom d'utilisateur", 'usuario', 'nombre de usuario', 'usuário', 'nome de usuário'],
    ...['utilizador', 'nome de utilizador', 'utente', 'nome utente'],
    ...['ユーザー', 'ユーザ', 'ユーザー名', 'ユーザ名', 'ログイン', 'ログインID', 'ログイン名'],
    ...['用户', '用户名', '用戶', '用戶名', '登录名', '使用者', '使用者名稱'],
  ],
  email: [
    ...['email', 'mail', 'email address', 'mail address', 'primary email', 'primary email address'],
    ...['e-mail-adresse', 'mailadresse', 'email-adresse', 'mail-adresse'],
    ...['adresse e-mail', 'adresse mail', 'adresse électronique', 'adresse courriel', 'adresse de courriel'],
    ...['courriel', 'courrier électronique', 'mél', 'adresse de messagerie'],
    ...['correo', 'correo electrónico', 'dirección de correo', 'dirección de correo electrónico'],
    ...['dirección de e-mail', 'dirección e-mail'],
    ...['correio eletrônico', 'correio eletrónico', 'endereço de e-mail', 'endereço e-mail'],
    ...['posta elettronica', 'indirizzo e-mail', 'indirizzo di posta elettronica', 'indirizzo mail'],
    ...['メール', 'メールアドレス', 'eメール', 'eメールアドレス', '電子メール', '電子メールアドレス'],
    ...['邮箱', '邮箱地址', '电子邮箱', '邮件', '邮件地址', '电子邮件', '电子邮件地址'],
    ...['郵箱', '電子郵箱', '郵件', '電子郵件', '電子郵件地址', '電子信箱', '電郵', '電郵地址'],
  ],
  role: [
    ...['role', 'rolle', 'rôle', 'rol', 'papel', 'função', 'ruolo'],
    ...['役割', 'ロール', '権限', '角色', '权限', '權限'],
  ],
  'resource-group': [
    ...['resource group', 'group', 'group id', 'resource group id'],
    ...['gruppe', 'ressourcengruppe', 'groupe', 'groupe de ressources', 'grupo', 'grupo de recursos'],
    ...['gruppo', 'gruppo di risorse', 'グループ', 'リソースグループ'],
    ...['组', '群组', '小组', '资源组', '組', '群組', '小組', '資源群組'],
  ],
  state: [
    ...[
      'state',
      'status',
      'active',
      'enabled',
      'suspended',
      'disabled',
      'inactive',
      'deactivated',
      'terminated',
    ],
    ...['archived', 'deleted', 'blocked', 'aktiv', 'inaktiv', 'gesperrt', 'deaktiviert', 'zustand'],
    ...['statut', 'état', 'actif', 'estado', 'activo', 'inactivo', 'ativo', 'inativo', 'stato', 'attivo'],
    ...['状態', 'ステータス', '有効', '状态', '狀態'],
  ],
  expires: [
    ...['expires', 'expires at', 'expires on', 'expiry', 'expiry date', 'expiration', 'expiration date'],
    ...['until', 'valid until', 'valid to', 'end date', 'end', 'last day', 'last working day', 'exit date'],
    ...['termination date', 'leaving date', 'gültig bis', 'ablaufdatum', 'enddatum', 'austrittsdatum'],
    ...['date de fin', "date d'expiration", 'fecha de fin', 'fecha de vencimiento', 'data de término'],
    ...['data di scadenza', '有効期限', '終了日', '到期日', '结束日期', '結束日期'],
  ],
};

/** Under these headings, a yes means that the person should not be in the group. */
export const INVERTED_STATES: readonly string[] = [
  ...['suspended', 'disabled', 'inactive', 'deactivated', 'terminated', 'archived', 'deleted', 'blocked'],
  ...['inaktiv', 'gesperrt', 'deaktiviert', 'inactivo', 'inativo'],
];

/**
 * What can stand before `status`, `active`, `expires` …, if it speaks of the person: `Account status`, `Is
 * active`.
 */
export const OF_THE_PERSON: readonly string[] = [
  ...[
    'is',
    'account',
    'user',
    'member',
    'membership',
    'employee',
    'employment',
    'person',
    'staff',
    'student',
  ],
  ...['enrollment', 'enrolment', 'worker', 'contract', 'access', 'current', 'learner', 'participant'],
];

/**
 * The words that name one of our columns as the last or, before `of` and the like, the main word of a
 * heading. A heading with one of them that is not known is in doubt. Written as one word, in lower case.
 */
export const HEADS: Readonly<Record<'user' | 'email' | 'role' | 'resource-group', readonly string[]>> = {
  user: [
    'user',
    'username',
    'login',
    'benutzername',
    'nutzername',
    'utilisateur',
    'usuario',
    'utente',
    'ユーザー名',
    '用户名',
  ],
  email: [
    'email',
    'mail',
    'emailaddress',
    'mailadresse',
    'courriel',
    'correo',
    'メールアドレス',
    'メール',
    '邮箱',
    '郵箱',
  ],
  role: ['role', 'rolle', 'rôle', 'ruolo', 'papel', '役割', 'ロール', '権限', '角色'],
  'resource-group': ['group', 'gruppe', 'groupe', 'grupo', 'gruppo', 'グループ', '群组', '群組'],
};

/** A main word is followed by these in `Role in the team`, `Groupe de travail`. */
export const PREPOSITIONS: ReadonlySet<string> = new Set([
  ...[
    'of',
    'in',
    'at',
    'for',
    'from',
    'on',
    'within',
    'de',
    'du',
    'des',
    'd',
    'dans',
    'del',
    'della',
    'di',
    'do',
  ],
  ...['da', 'dei', 'im', 'von', 'der', 'für', 'para', 'por', 'en', 'em', 'au', 'à', 'pour', 'nel', 'per'],
]);

/** A login as an event, not as a name: `Last login`. */
export const OF_AN_EVENT: ReadonlySet<string> = new Set([
  'last',
  'first',
  'latest',
  'previous',
  'recent',
  'failed',
  'next',
]);

/** Other systems with usernames of their own: those are never the Hub's. */
export const OTHER_SYSTEM =
  /git\s?hub|git\s?lab|bitbucket|slack|discord|teams|twitter|linkedin|jira|moodle|canvas|windows|ldap|\bad\b|\bsam\b|unix|kaggle/;
