"""What fitted models do at run time: turn a text into features and features into scores, with numpy alone."""
