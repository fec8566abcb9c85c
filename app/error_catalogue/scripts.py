"""Pre- and post-scripts of Linux VMs: why no application-consistent point was made (docs/consistency.md).

The codes are those of Azure's page on application-consistent backup of Linux VMs; none was seen in recorded traffic.
"""

from app.error_catalogue.entry import Entry

CONFIG = "/etc/azure/VMSnapshotScriptPluginConfig.json"
RUN_BY_HAND = "Run the script by hand as root on the VM, mend what it reports, then back up again."

ENTRIES: tuple[Entry, ...] = (
    Entry("pre_script_failed", ("Pre-ScriptExecutionFailed",), "The pre-script failed",
          "The script that quiesces the application before the snapshot returned another exit code than 0.",
          RUN_BY_HAND, "subscription_owner", "documented"),
    Entry("post_script_failed", ("Post-ScriptExecutionFailed",), "The post-script failed",
          "The script that releases the application after the snapshot returned another exit code than 0.",
          "Look at once whether the application is still held by the pre-script, and release it. " + RUN_BY_HAND,
          "subscription_owner", "documented"),
    Entry("pre_script_missing", ("Pre-ScriptNotFound",), "The pre-script is not where the configuration says",
          f"There is no file at preScriptLocation of {CONFIG}.",
          "Put the script there, or correct preScriptLocation; then back up again.",
          "subscription_owner", "documented"),
    Entry("post_script_missing", ("Post-ScriptNotFound",), "The post-script is not where the configuration says",
          f"There is no file at postScriptLocation of {CONFIG}.",
          "Look whether the application is still held by the pre-script. Then put the script there, or correct "
          "postScriptLocation.", "subscription_owner", "documented"),
    Entry("pre_script_timeout", ("Pre-ScriptTimeout",), "The pre-script took too long",
          "It did not end within timeoutInSeconds.",
          "Make it faster, or raise timeoutInSeconds (at most 1800); back up at a quieter time.",
          "subscription_owner", "documented"),
    Entry("post_script_timeout", ("Post-ScriptTimeout",), "The post-script took too long",
          "It did not end within timeoutInSeconds.",
          "Look whether the application works again. Then make the script faster, or raise timeoutInSeconds (at most "
          "1800).", "subscription_owner", "documented"),
    Entry("pre_script_forbidden", ("InsufficientPermissionforPre-Script",), "The pre-script may not be run",
          "Azure runs it only if root owns it and only root may read, write and run it.",
          "chown root and chmod 700 the script, then back up again.", "subscription_owner", "documented"),
    Entry("post_script_forbidden", ("InsufficientPermissionforPost-Script",), "The post-script may not be run",
          "Azure runs it only if root owns it and only root may read, write and run it.",
          "Look whether the application is still held by the pre-script. Then chown root and chmod 700 the script.",
          "subscription_owner", "documented"),
    Entry("script_plugin_wrong", ("IncorrectPluginhostFile",), "The script plug-in of the backup extension is damaged",
          "The extension found its file PluginHost missing or changed.",
          "Remove the extension VMSnapshotLinux from the VM; the next backup installs it again.",
          "subscription_owner", "documented"),
    Entry("script_config_wrong", ("IncorrectJSONConfigFile",), "The configuration of the scripts cannot be read",
          f"{CONFIG} is no valid JSON, or a member has a wrong value.",
          "Correct it (docs/consistency.md shows one), owned by root, mode 600; then back up again.",
          "subscription_owner", "documented"),
)  # fmt: skip
