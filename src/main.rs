//! The one binary: reads the command line and runs one command.

fn main() -> std::process::ExitCode {
    wxdesk::server::commands::main()
}
