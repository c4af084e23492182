using static Transluce.Batch.Tests.SyntheticSuites.ProblemTurns;

namespace Transluce.Batch.Tests.SyntheticSuites;

/// <summary>Problems that the machine makes: a package that is missing, rights, a full disk, a lock left behind.</summary>
internal static class EnvironmentProblems
{
    public static IReadOnlyList<SyntheticProblem> All { get; } =
    [
        new("missing-package", "a package the agent needs is not installed",
            ["package", "install", "installed", "module", "pip", "dependency", "index"],
            [
                Bash(["The package {package} does this in one line.", "I use the package {package} here.", "With the module {package} that is easy."],
                    ["python3 -c 'import {package}; {package}.run()'", "python3 use_{package}.py"],
                    ["Traceback: ModuleNotFoundError: No module named '{package}'", "ImportError: module {package} is not installed"]),
                Bash(["The module is not installed; I install the package.", "That dependency is missing, so I install it with pip."],
                    ["pip install {package}", "pip3 install --user {package}"],
                    ["ERROR: No matching distribution found for {package}; the package index cannot be reached", "ERROR: Could not find a package that satisfies the requirement {package} (index offline)"]),
                Bash(["Perhaps another package manager has it.", "I try to install the module from the system packages."],
                    ["apt-get install -y python3-{package}", "conda install {package}"],
                    ["E: Unable to locate package python3-{package}", "PackagesNotFoundError: package {package} is not available from the package index"]),
                Bash(["Is the package installed for another interpreter?", "Which packages are installed at all?"],
                    ["pip list | grep {package}", "python3 -m pip show {package}"],
                    ["WARNING: Package(s) not found: {package}", "Package {package} is not installed; 3 packages listed: pip, wheel, six"]),
            ],
            [Bash(["Then without the package: the standard library will do.", "No dependency then; I write the few lines of the module by hand."], ["python3 plain.py"], ["done with the standard library"])],
            ["The package {package} cannot be installed here, so I cannot answer.", "Without the module {package} I have to stop: the package is not installed and the index is out of reach."]),

        new("permission-denied", "the agent lacks the rights to read or write something",
            ["permission", "denied", "sudo", "owner", "rights", "chmod", "root"],
            [
                Bash(["I open {path}.", "Now {path} itself.", "The answer should stand in {path}."], ["cat {path}", "head -n 20 {path}"],
                    ["cat: {path}: Permission denied", "head: cannot open '{path}' for reading: Permission denied"]),
                Bash(["Permission denied: who is the owner?", "I have no rights there. What are the permissions?"], ["ls -l {path}", "stat {path}"],
                    ["-rw------- 1 root root {number} {path}", "Access: (0600) owner: root group: root {path}"]),
                Bash(["The owner is root; sudo may help.", "I try with the rights of root."], ["sudo cat {path}", "sudo -n head {path}"],
                    ["sudo: permission denied: user {user} is not in the sudoers file", "sudo: a password is required; permission denied"]),
                Bash(["Then I change the permissions myself.", "chmod could give me the rights."], ["chmod a+r {path}", "chown {user} {path}"],
                    ["chmod: changing permissions of '{path}': Operation not permitted, you are not the owner", "chown: changing owner of '{path}': Permission denied"]),
            ],
            [Bash(["A copy with other permissions lies beside it, readable without rights of root.", "There is a readable copy whose owner is me; no sudo needed."], ["ls ~/copies", "ls /srv/public"], ["a readable copy"])],
            ["Permission denied at every turn; without root or the owner's rights I cannot read {path}.", "I lack the rights: {path} belongs to root and sudo is denied."]),

        new("disk-full", "there is no space left on the disk",
            ["space", "disk", "full", "device", "left", "quota", "bytes"],
            [
                Bash(["I write the intermediate result to {path}.", "A working copy goes to {path}."], ["sort big.csv > {path}", "cp -r data {path}"],
                    ["sort: write failed: {path}: No space left on device", "cp: error writing '{path}': No space left on device"]),
                Bash(["No space on the disk? How full is it?", "The disk seems to be full; I look at the space left."], ["df -h /", "df -h {path}"],
                    ["/dev/vda1 20G 20G 0 100% / (disk full, 0 bytes left)", "Filesystem 100% full, space left on disk: 0 bytes"]),
                Bash(["I free some space by clearing the cache.", "Old temporary files take disk space; I remove them."], ["rm -rf /tmp/cache", "find /tmp -mtime +2 -delete"],
                    ["rm: cannot remove: read-only; space freed on device: 0 bytes", "freed 4096 bytes; disk still full"]),
                Bash(["Another try to write, with compression to save space.", "Once more, on the other device."], ["gzip -c big.csv > {path}.gz", "dd if=big.csv of={path}"],
                    ["gzip: {path}.gz: No space left on device", "dd: error writing: disk quota exceeded, no space left"]),
            ],
            [Bash(["Memory instead of the disk: a pipe needs no space.", "No space needed when I pipe it instead of filling the disk."], ["sort -m big.csv | tail", "awk '{s+=$2} END {print s}' big.csv"], ["ok"])],
            ["The disk is full and no space can be freed on the device, so the result could not be written.", "No space left on the device: I stop here."]),

        new("stale-lock", "a lock of a process that is long gone blocks the work",
            ["lock", "locked", "process", "holder", "release", "held", "pid"],
            [
                Tool("sql", ["I start the change.", "Now the change itself."], ["BEGIN; LOCK TABLE {table}", "UPDATE {table} SET seen=1"],
                    ["ERROR: table {table} is locked by process {number}", "ERROR: could not obtain lock on {table}: held by pid {number}"]),
                Bash(["It is locked. Does the holder of the lock still run?", "Which process holds the lock?"], ["ps -p {number}", "cat /var/lock/{table}.lock"],
                    ["no such process: {number} (lock file older than 3 days)", "lock held by pid {number}; process not running"]),
                Bash(["The process is gone, the lock is stale. I wait for its release.", "Perhaps the lock is released in a moment."], ["flock -w 30 /var/lock/{table}.lock true", "sleep 30; test -e /var/lock/{table}.lock"],
                    ["flock: lock not released within 30 s, still held by pid {number}", "lock still held: /var/lock/{table}.lock"]),
                Bash(["Then I remove the stale lock by hand.", "I release the lock myself."], ["rm /var/lock/{table}.lock", "unlock --force {table}"],
                    ["rm: lock file is held open; still locked", "unlock: refused, holder pid {number} did not release"]),
            ],
            [Bash(["With the lock broken the holder no longer matters.", "The lock is released; nothing is locked any more."], ["lslocks"], ["no locks held"])],
            ["The table {table} stays locked by a process that no longer exists, so I stop.", "A stale lock, held by pid {number}, was never released; I give up."]),
    ];
}
