//! All kinds of findings in one register: their codes, what they mean and what to do.

use super::finding::{Known, Severity};

/// `config.invalid`.
pub(super) const CONFIG_INVALID: Known = Known {
    code: "config.invalid",
    severity: Severity::Problem,
    means: "The program does not start with this configuration, and nothing else could be looked at.",
    advice: "Correct what the sentence names; docs/running.md lists all settings.",
};
/// `config.permissions`.
pub(super) const CONFIG_PERMISSIONS: Known = Known {
    code: "config.permissions",
    severity: Severity::Problem,
    means: "Others can read secrets in the configuration, or change where the books and the key are looked for.",
    advice: "Run `chmod 600` on the file as its owner.",
};
/// `config.public_url_unset`.
pub(super) const CONFIG_URL_UNSET: Known = Known {
    code: "config.public_url_unset",
    severity: Severity::Warning,
    means: "A live installation starts only when it knows the address under which it is reached.",
    advice: "Set public_url, unless it is given at every start with --public-url.",
};
/// `config.public_url_plain`.
pub(super) const CONFIG_URL_PLAIN: Known = Known {
    code: "config.public_url_plain",
    severity: Severity::Problem,
    means: "Buyers would pay, and providers would report, over connections that anybody between can read and change.",
    advice: "Put a proxy with a certificate in front and set public_url to its https:// address.",
};
/// `config.private_shops`.
pub(super) const CONFIG_PRIVATE_SHOPS: Known = Known {
    code: "config.private_shops",
    severity: Severity::Warning,
    means: "A seller can have this machine call addresses inside your network.",
    advice: "Take private_shops away unless all shops are your own.",
};
/// `config.kind`.
pub(super) const CONFIG_KIND: Known = Known {
    code: "config.kind",
    severity: Severity::Problem,
    means: "The installation was set up as the other kind, which never changes: the server refuses to start.",
    advice: "Take set_up away, or name the data folder or database that is meant.",
};
/// `config.metrics`.
pub(super) const CONFIG_METRICS: Known = Known {
    code: "config.metrics",
    severity: Severity::Warning,
    means: "Whoever reaches this address reads turnover and health without a password.",
    advice: "Let metrics_listen be an address of this machine or of a network of your own.",
};
/// `folder.permissions`.
pub(super) const FOLDER_PERMISSIONS: Known = Known {
    code: "folder.permissions",
    severity: Severity::Problem,
    means: "Other users of this machine may read the books and the key; no command works until that is put right.",
    advice: "Run `chmod 700` on the data folder.",
};
/// `disk.low`.
pub(super) const DISK_LOW: Known = Known {
    code: "disk.low",
    severity: Severity::Warning,
    means: "When the disk is full, nothing can be saved and no payment begins.",
    advice: "Make room, or move the data folder to a larger disk.",
};
/// `disk.full`.
pub(super) const DISK_FULL: Known = Known {
    code: "disk.full",
    severity: Severity::Problem,
    means: "Payments stop within a short time, or have stopped already.",
    advice: "Make room now; the program goes on by itself as soon as it can save.",
};
/// `disk.read_only`.
pub(super) const DISK_READ_ONLY: Known = Known {
    code: "disk.read_only",
    severity: Severity::Problem,
    means: "Nothing can be saved. A system mounts a disk so when it fails.",
    advice: "Look into the system's log, and replace the disk before mounting it for writing again.",
};
/// `disk.unknown`.
pub(super) const DISK_UNKNOWN: Known = Known {
    code: "disk.unknown",
    severity: Severity::Warning,
    means: "Whether there is room could not be found out.",
    advice: "Look whether the data folder is there and may be entered by this user.",
};
/// `server.silent`.
pub(super) const SERVER_SILENT: Known = Known {
    code: "server.silent",
    severity: Severity::Problem,
    means: "A server has the data folder and does not answer commands, or this user may not ask it.",
    advice: "Run the doctor as the user that runs the server; if it hangs, read its log and start it anew.",
};
/// `key.missing`.
pub(super) const KEY_MISSING: Known = Known {
    code: "key.missing",
    severity: Severity::Problem,
    means: "Passwords of shops and secrets of providers cannot be read, and the server does not start.",
    advice: "Put the file back from its copy (docs/running.md, \"A lost master key\").",
};
/// `key.permissions`.
pub(super) const KEY_PERMISSIONS: Known = Known {
    code: "key.permissions",
    severity: Severity::Problem,
    means: "Others may have read the key that opens all secrets; the server refuses to start with it.",
    advice: "Run `chmod 600` on the file, and find out who has read it.",
};
/// `key.unreadable`.
pub(super) const KEY_UNREADABLE: Known = Known {
    code: "key.unreadable",
    severity: Severity::Problem,
    means: "The master key cannot be had, so the server does not start.",
    advice: "Correct what the sentence names; a damaged file is put back from its copy.",
};
/// `key.wrong`.
pub(super) const KEY_WRONG: Known = Known {
    code: "key.wrong",
    severity: Severity::Problem,
    means: "This is the key of another installation: nothing that was sealed opens.",
    advice: "Put back the key that this database was set up with; do not set it up anew.",
};
/// `database.missing`.
pub(super) const DATABASE_MISSING: Known = Known {
    code: "database.missing",
    severity: Severity::Problem,
    means: "There is no installation here.",
    advice: "Correct --data or --database, or set a new one up with `openkassa serve --set-up`.",
};
/// `database.unreachable`.
pub(super) const DATABASE_UNREACHABLE: Known = Known {
    code: "database.unreachable",
    severity: Severity::Problem,
    means: "The database does not answer or cannot be read, and without it nothing works.",
    advice: "Look at what the sentence says: is the server up, the address right, the file whole and ours?",
};
/// `database.newer`.
pub(super) const DATABASE_NEWER: Known = Known {
    code: "database.newer",
    severity: Severity::Problem,
    means: "A newer openkassa has changed the database; this one does not understand it.",
    advice: "Run that newer version.",
};
/// `database.older`.
pub(super) const DATABASE_OLDER: Known = Known {
    code: "database.older",
    severity: Severity::Warning,
    means: "The next start brings the database up to date; older programs may not open it then.",
    advice: "Make a copy, then start the server of this version.",
};
/// `database.version`.
pub(super) const DATABASE_VERSION: Known = Known {
    code: "database.version",
    severity: Severity::Problem,
    means: "Only PostgreSQL 15 and later is tested and supported.",
    advice: "Upgrade the server.",
};
/// `database.unsafe`.
pub(super) const DATABASE_UNSAFE: Known = Known {
    code: "database.unsafe",
    severity: Severity::Problem,
    means: "After a power cut the server may have lost or mangled payments that it had called saved.",
    advice: "Set fsync and full_page_writes to on, restart the server, and run `openkassa books check`.",
};
/// `database.commit`.
pub(super) const DATABASE_COMMIT: Known = Known {
    code: "database.commit",
    severity: Severity::Warning,
    means: "We ask for durable commits ourselves, but other programs, and tools used on these tables, get none.",
    advice: "Set synchronous_commit to on for this database.",
};
/// `database.unencrypted`.
pub(super) const DATABASE_UNENCRYPTED: Known = Known {
    code: "database.unencrypted",
    severity: Severity::Problem,
    means: "Whoever is between can read the books and change them on their way.",
    advice: "Add sslmode=verify-full and sslrootcert to the address of the database.",
};
/// `database.connections`.
pub(super) const DATABASE_CONNECTIONS: Known = Known {
    code: "database.connections",
    severity: Severity::Warning,
    means: "When none is left, a node cannot start or come back after a lost connection.",
    advice: "Raise max_connections, or find out who holds them.",
};
/// `clock.offset`.
pub(super) const CLOCK_OFFSET: Known = Known {
    code: "clock.offset",
    severity: Severity::Warning,
    means: "Deadlines, leases and the times in the books differ between this machine and the server.",
    advice: "Let both machines ask a time server (chrony, systemd-timesyncd).",
};
/// `clock.back`.
pub(super) const CLOCK_BACK: Known = Known {
    code: "clock.back",
    severity: Severity::Problem,
    means: "The clock was set back: entries keep their order, but what waits for a time waits longer.",
    advice: "Set the clock right (docs/running.md, \"A clock that was set back\").",
};
/// `jobs.parked`.
pub(super) const JOBS_PARKED: Known = Known {
    code: "jobs.parked",
    severity: Severity::Warning,
    means: "Work was set aside because it cannot go on by itself; somebody may wait for money or an answer.",
    advice: "See `openkassa job list`, put right what the reason names, then `openkassa job resume KIND ID`.",
};
/// `jobs.overdue`.
pub(super) const JOBS_OVERDUE: Known = Known {
    code: "jobs.overdue",
    severity: Severity::Problem,
    means: "Work is due and nobody does it: no server runs, or it cannot keep up.",
    advice: "Start the server; if it runs, raise workers and read its log.",
};
/// `jobs.lease`.
pub(super) const JOBS_LEASE: Known = Known {
    code: "jobs.lease",
    severity: Severity::Problem,
    means: "Somebody took work, did not finish it, and nobody took it over, or holds it far beyond any real work.",
    advice: "Start a server, which frees what it held itself; if one runs, check the clocks of all nodes.",
};
/// `provider.unreachable`.
pub(super) const PROVIDER_UNREACHABLE: Known = Known {
    code: "provider.unreachable",
    severity: Severity::Problem,
    means: "Buyers cannot pay through this account, and refunds wait.",
    advice: "Check base_url with `openkassa provider show`, the way out of this network, and the provider's news.",
};
/// `provider.tls`.
pub(super) const PROVIDER_TLS: Known = Known {
    code: "provider.tls",
    severity: Severity::Problem,
    means: "The other side cannot prove that it is the provider, so nothing is sent to it.",
    advice: "Check base_url, this machine's clock and its certificates (ca-certificates).",
};
/// `shop.unreachable`.
pub(super) const SHOP_UNREACHABLE: Known = Known {
    code: "shop.unreachable",
    severity: Severity::Warning,
    means: "The shop cannot be told of payments; it is tried again for a day or more.",
    advice: "Tell the seller; check the address with `openkassa shop show`.",
};
/// `shop.tls`.
pub(super) const SHOP_TLS: Known = Known {
    code: "shop.tls",
    severity: Severity::Warning,
    means: "The shop's certificate is not valid, so it is told nothing.",
    advice: "Tell the seller to renew the certificate, or check this machine's clock.",
};
/// `shop.private`.
pub(super) const SHOP_PRIVATE: Known = Known {
    code: "shop.private",
    severity: Severity::Warning,
    means: "The address leads into a private network and is never called.",
    advice: "Correct the address; where shops are meant to be inside, set private_shops.",
};
/// `shop.silent`.
pub(super) const SHOP_SILENT: Known = Known {
    code: "shop.silent",
    severity: Severity::Warning,
    means: "The shop has confirmed no notice lately: buyers have paid, and it may not know.",
    advice: "Tell the seller; `openkassa payment show` has the answers, `payment send-again` repeats a notice.",
};
/// `books.wrong`.
pub(super) const BOOKS_WRONG: Known = Known {
    code: "books.wrong",
    severity: Severity::Problem,
    means: "The books do not add up: somebody changed the database, or it is damaged.",
    advice: "Stop paying out, keep a copy as it is, and look at `openkassa books check`.",
};
#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[&Known] = &[
        &CONFIG_INVALID,
        &CONFIG_PERMISSIONS,
        &CONFIG_URL_UNSET,
        &CONFIG_URL_PLAIN,
        &CONFIG_PRIVATE_SHOPS,
        &CONFIG_KIND,
        &CONFIG_METRICS,
        &FOLDER_PERMISSIONS,
        &DISK_LOW,
        &DISK_FULL,
        &DISK_READ_ONLY,
        &DISK_UNKNOWN,
        &SERVER_SILENT,
        &KEY_MISSING,
        &KEY_PERMISSIONS,
        &KEY_UNREADABLE,
        &KEY_WRONG,
        &DATABASE_MISSING,
        &DATABASE_UNREACHABLE,
        &DATABASE_NEWER,
        &DATABASE_OLDER,
        &DATABASE_VERSION,
        &DATABASE_UNSAFE,
        &DATABASE_COMMIT,
        &DATABASE_UNENCRYPTED,
        &DATABASE_CONNECTIONS,
        &CLOCK_OFFSET,
        &CLOCK_BACK,
        &JOBS_PARKED,
        &JOBS_OVERDUE,
        &JOBS_LEASE,
        &PROVIDER_UNREACHABLE,
        &PROVIDER_TLS,
        &SHOP_UNREACHABLE,
        &SHOP_TLS,
        &SHOP_PRIVATE,
        &SHOP_SILENT,
        &BOOKS_WRONG,
    ];

    #[test]
    fn every_code_is_of_its_own_and_stands_in_the_handbook() {
        let handbook = include_str!("../../docs/running.md");
        let mut seen = std::collections::BTreeSet::new();
        for known in ALL {
            assert!(seen.insert(known.code), "{} twice", known.code);
            assert!(handbook.contains(&format!("| `{}` |", known.code)), "{} is not told of", known.code);
            assert_ne!(known.severity, Severity::Ok, "{}", known.code);
        }
    }

    #[test]
    fn no_code_is_forgotten_by_the_test_above() {
        let written = include_str!("codes.rs").lines().filter(|line| line.starts_with("pub(super) const "));
        assert_eq!(written.count(), ALL.len());
    }
}
