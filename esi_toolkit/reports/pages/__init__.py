"""What a page holds, and how an executed notebook becomes one."""
